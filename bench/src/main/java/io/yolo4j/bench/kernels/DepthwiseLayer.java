package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import java.util.List;

/**
 * A depthwise convolution with bias and Hardswish.
 *
 * @param input N, C, H, W
 * @param output N, C, Ho, Wo
 * @param kernel side
 * @param stride in both directions
 * @param padding on all sides
 */
record DepthwiseLayer(Dimensions input, Dimensions output, int kernel, int stride, int padding) {
  private static final int HARDSWISH_FLOPS = 4;

  String name() {
    return "%d %dx%d/%d %d".formatted(input.channels(), kernel, kernel, stride, input.width());
  }

  long weights() {
    return input.channels() * kernel * kernel;
  }

  Work work(ElementType type) {
    long read = (input.elements() + weights()) * type.bytes() + input.channels() * Float.BYTES;
    long flops = (2L * kernel * kernel + 1 + HARDSWISH_FLOPS) * output.elements();
    return new Work(read, output.elements() * type.bytes(), flops);
  }

  float[] x() {
    return Values.noise(input.elements(), 1, 4);
  }

  float[] weight() {
    return Values.noise(weights(), 2, 0.5f);
  }

  float[] bias() {
    return Values.noise(input.channels(), 3, 1);
  }

  /** Returns what LibTorch computes in float32, contiguous. */
  float[] expected() {
    BufferPlan x = Variant.PLAIN.featureMap(input, this::x);
    BufferPlan output = BufferPlan.output(ElementType.F32, 1);
    try (CaseBuffers buffers = CaseBuffers.open(List.of(x), output, 1);
        DepthwiseTorch form = new DepthwiseTorch(this, Variant.PLAIN, buffers)) {
      return form.result();
    }
  }
}
