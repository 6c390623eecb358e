package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import java.util.List;

/**
 * A squeeze and excite with MobileNetV3's functions.
 *
 * @param input N, C, H, W
 * @param squeezed S
 */
record SqueezeExciteLayer(Dimensions input, long squeezed) {
  String name() {
    return "%d-%d %dx%d".formatted(input.channels(), squeezed, input.height(), input.width());
  }

  long weights() {
    return input.channels() * squeezed;
  }

  Work work(ElementType type) {
    long biases = (input.channels() + squeezed) * Float.BYTES;
    return new Work(
        (input.elements() + 2 * weights()) * type.bytes() + biases,
        input.elements() * type.bytes(),
        2 * input.elements() + 4 * input.images() * weights());
  }

  float[] x() {
    return Values.noise(input.elements(), 1, 4);
  }

  float[] squeezeWeight() {
    return learned(2, input.channels());
  }

  float[] squeezeBias() {
    return Values.noise(squeezed, 3, 1);
  }

  float[] exciteWeight() {
    return learned(4, squeezed);
  }

  /* As large as in a network, where sums stay near 1: rounding doesn't add up. */
  private float[] learned(int seed, long inputs) {
    return Values.noise(weights(), seed, (float) (1 / Math.sqrt((double) inputs)));
  }

  float[] exciteBias() {
    return Values.noise(input.channels(), 5, 1);
  }

  /** Returns what LibTorch computes in float32, contiguous. */
  float[] expected() {
    BufferPlan x = Variant.PLAIN.featureMap(input, this::x);
    BufferPlan output = BufferPlan.output(ElementType.F32, 1);
    try (CaseBuffers buffers = CaseBuffers.open(List.of(x), output, 1);
        SqueezeExciteTorch form = new SqueezeExciteTorch(this, Variant.PLAIN, buffers)) {
      return form.result();
    }
  }
}
