/**
 * What a detection network is trained to lower: targets are assigned to anchors and cells, and
 * boxes, objectness and classes are compared with them. {@link io.yolo4j.loss.DetectionLoss} is the
 * way in.
 */
@NullMarked
package io.yolo4j.loss;

import org.jspecify.annotations.NullMarked;
