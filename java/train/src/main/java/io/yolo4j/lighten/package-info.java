/**
 * Lightening networks: {@link io.yolo4j.lighten.Pruning} leaves channels out that a training with
 * sparsity found to be needless, {@link io.yolo4j.lighten.ChannelGroups} finds those that can only
 * leave together. {@link io.yolo4j.lighten.Weighing} tells what it brings.
 */
@NullMarked
package io.yolo4j.lighten;

import org.jspecify.annotations.NullMarked;
