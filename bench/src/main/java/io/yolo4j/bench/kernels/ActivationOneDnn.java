package io.yolo4j.bench.kernels;

import io.yolo4j.graph.Activation;
import io.yolo4j.kernels.TensorLayout;
import java.util.Map;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;

/** oneDNN's element-wise primitive. */
final class ActivationOneDnn {
  private ActivationOneDnn() {}

  /** A function with oneDNN's two numbers for it. */
  private record Function(dnnl.algorithm code, float alpha, float beta) {
    static Function of(Activation.Kind kind) {
      return switch (kind) {
        case HARDSWISH -> new Function(dnnl.algorithm.eltwise_hardswish, 1f / 6, 0.5f);
        case SILU -> new Function(dnnl.algorithm.eltwise_swish, 1, 0);
        case HARDSIGMOID -> new Function(dnnl.algorithm.eltwise_hardsigmoid, 1f / 6, 0.5f);
        default -> throw new UnsupportedOperationException("a benchmark of " + kind);
      };
    }
  }

  static KernelForm form(ActivationLayer layer, boolean backward, CaseBuffers buffers) {
    return OneDnnForm.of(
        primitives -> build(primitives, layer, backward, buffers), buffers.output()::read);
  }

  private static void build(
      OneDnn primitives, ActivationLayer layer, boolean backward, CaseBuffers buffers) {
    memory.desc map =
        primitives.featureMap(layer.dimensions(), buffers.output().type(), TensorLayout.NHWC);
    Function function = Function.of(layer.kind());
    eltwise_forward.primitive_desc forward = forward(primitives, function, map);
    if (backward) {
      primitives.add(
          gradient(primitives, function, map, forward),
          Map.of(
              dnnl.DNNL_ARG_SRC,
              primitives.over(buffers.lastInput(), map),
              dnnl.DNNL_ARG_DIFF_DST,
              primitives.over(buffers.input(), map),
              dnnl.DNNL_ARG_DIFF_SRC,
              primitives.over(buffers.output(), map)));
    } else {
      primitives.add(
          new eltwise_forward(forward),
          Map.of(
              dnnl.DNNL_ARG_SRC,
              primitives.over(buffers.input(), map),
              dnnl.DNNL_ARG_DST,
              primitives.over(buffers.output(), map)));
    }
  }

  private static eltwise_forward.primitive_desc forward(
      OneDnn primitives, Function function, memory.desc map) {
    return primitives.fast(
        OneDnn.supported(
            () ->
                new eltwise_forward.primitive_desc(
                    primitives.engine(),
                    dnnl.prop_kind.forward_training,
                    function.code(),
                    map,
                    map,
                    function.alpha(),
                    function.beta())));
  }

  private static primitive gradient(
      OneDnn primitives,
      Function function,
      memory.desc map,
      eltwise_forward.primitive_desc forward) {
    return new eltwise_backward(
        primitives.fast(
            OneDnn.supported(
                () ->
                    new eltwise_backward.primitive_desc(
                        primitives.engine(),
                        function.code(),
                        map,
                        map,
                        map,
                        function.alpha(),
                        function.beta(),
                        forward))));
  }
}
