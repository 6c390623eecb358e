/**
 * Training: {@link io.yolo4j.train.Trainer} and its options, listener and results; optimizers,
 * schedules, weight averages, checkpoints, freezing, anchors, evolution.
 */
@NullMarked
package io.yolo4j.train;

import org.jspecify.annotations.NullMarked;
