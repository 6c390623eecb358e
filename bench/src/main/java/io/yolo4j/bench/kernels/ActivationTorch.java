package io.yolo4j.bench.kernels;

import io.yolo4j.graph.Activation;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's element-wise function or its gradient. */
final class ActivationTorch extends TorchForm {
  private final boolean backward;
  private final List<Tensor> x;
  private final List<Tensor> dy;
  private final UnaryOperator<Tensor> function;
  private final BinaryOperator<Tensor> gradient;

  ActivationTorch(ActivationLayer layer, boolean backward, CaseBuffers buffers) {
    this.backward = backward;
    long[] sizes = {layer.dimensions().elements()};
    long[] strides = {1};
    x = views(buffers.lastInput(), sizes, strides);
    dy = backward ? views(buffers.input(), sizes, strides) : List.of();
    function = function(layer.kind());
    gradient = gradient(layer.kind());
  }

  private static UnaryOperator<Tensor> function(Activation.Kind kind) {
    return switch (kind) {
      case HARDSWISH -> torch::hardswish;
      case SILU -> torch::silu;
      case HARDSIGMOID -> torch::hardsigmoid;
      default -> throw new UnsupportedOperationException("a benchmark of " + kind);
    };
  }

  private static BinaryOperator<Tensor> gradient(Activation.Kind kind) {
    return switch (kind) {
      case HARDSWISH -> torch::hardswish_backward;
      case SILU -> torch::silu_backward;
      case HARDSIGMOID -> torch::hardsigmoid_backward;
      default -> throw new UnsupportedOperationException("a benchmark of " + kind);
    };
  }

  @Override
  Tensor compute(int copy) {
    return backward ? gradient.apply(dy.get(copy), x.get(copy)) : function.apply(x.get(copy));
  }
}
