package io.yolo4j.bench.kernels;

import io.yolo4j.graph.Activation;
import io.yolo4j.kernels.ActivationFunction;
import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import java.util.List;

/**
 * An element-wise function on a feature map.
 *
 * @param kind which function
 * @param dimensions of x and y
 */
record ActivationLayer(Activation.Kind kind, Dimensions dimensions) {
  String name() {
    return "%s %d %dx%d"
        .formatted(
            kind.moduleType(), dimensions.channels(), dimensions.height(), dimensions.width());
  }

  ActivationFunction function() {
    return ActivationFunction.valueOf(kind.name());
  }

  Work work(ElementType type, boolean backward) {
    long bytes = dimensions.elements() * type.bytes();
    return backward
        ? new Work(2 * bytes, bytes, (kind.flopsPerElement() + 1L) * dimensions.elements())
        : new Work(bytes, bytes, kind.flopsPerElement() * dimensions.elements());
  }

  /** Returns x, and before it dy where the gradient is wanted. */
  List<BufferPlan> inputs(ElementType type, boolean backward) {
    BufferPlan x = noise(type, 1);
    return backward ? List.of(noise(type, 2), x) : List.of(x);
  }

  private BufferPlan noise(ElementType type, int seed) {
    long count = dimensions.elements();
    return new BufferPlan(type, count, () -> Values.noise(count, seed, 4));
  }

  /** Returns what LibTorch computes in float32. */
  float[] expected(boolean backward) {
    List<BufferPlan> plans = inputs(ElementType.F32, backward);
    BufferPlan output = BufferPlan.output(ElementType.F32, 1);
    try (CaseBuffers buffers = CaseBuffers.open(plans, output, 1);
        ActivationTorch form = new ActivationTorch(this, backward, buffers)) {
      return form.result();
    }
  }
}
