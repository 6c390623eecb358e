package io.yolo4j.runtime;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * A feature map of a plan, in NHWC: a buffer of its own or some channels of one.
 *
 * @param buffer index of the buffer
 * @param first the buffer's channel that is its first
 * @param pixelStride channels of the buffer
 * @param shape [N,C,H,W]
 * @param type of the elements
 * @param quantization what they stand for if they are bytes, else null
 */
record PlanTensor(
    int buffer,
    int first,
    int pixelStride,
    Shape shape,
    ElementType type,
    @Nullable Quantization quantization) {
  int channels() {
    return shape.dim(1);
  }

  boolean isDense() {
    return pixelStride == channels();
  }

  /** Returns so many of its channels from one on. */
  PlanTensor channels(int from, int count) {
    return new PlanTensor(
        buffer, first + from, pixelStride, shape.withDim(1, count), type, quantization);
  }

  /** Returns the bytes that a step which reads or writes all of it moves. */
  long bytes() {
    return shape.elements() * type.bytes();
  }
}
