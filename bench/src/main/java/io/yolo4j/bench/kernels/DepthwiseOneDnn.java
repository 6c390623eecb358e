package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.TensorLayout;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/** oneDNN's convolution with as many groups as channels and Hardswish fused. */
final class DepthwiseOneDnn {
  private DepthwiseOneDnn() {}

  /** With x and y in the variant's layout and the weights as the primitive wants them. */
  static KernelForm form(DepthwiseLayer layer, Variant variant, CaseBuffers buffers) {
    return OneDnnForm.of(
        primitives -> build(primitives, layer, variant, buffers),
        () -> Values.toNchw(buffers.output().read(), layer.output(), variant.layout()));
  }

  private static void build(
      OneDnn primitives, DepthwiseLayer layer, Variant variant, CaseBuffers buffers) {
    ElementType type = variant.type();
    TensorLayout layout = variant.layout();
    memory.desc x = primitives.featureMap(layer.input(), type, layout);
    memory.desc y = primitives.featureMap(layer.output(), type, layout);
    long channels = layer.input().channels();
    memory.desc bias = primitives.describe(ElementType.F32, memory.format_tag.a, channels);
    convolution_forward.primitive_desc description =
        description(primitives, layer, type, List.of(x, bias, y));
    memory.desc plain = weights(primitives, layer, type, memory.format_tag.goihw);
    primitives.add(
        new convolution_forward(description),
        Map.of(
            dnnl.DNNL_ARG_SRC,
            primitives.over(buffers.input(), x),
            dnnl.DNNL_ARG_WEIGHTS,
            List.of(primitives.packed(layer.weight(), plain, type, description.weights_desc())),
            dnnl.DNNL_ARG_BIAS,
            List.of(primitives.packed(layer.bias(), bias, ElementType.F32, bias)),
            dnnl.DNNL_ARG_DST,
            primitives.over(buffers.output(), y)));
  }

  private static memory.desc weights(
      OneDnn primitives, DepthwiseLayer layer, ElementType type, memory.format_tag tag) {
    return primitives.describe(
        type, tag, layer.input().channels(), 1, 1, layer.kernel(), layer.kernel());
  }

  private static convolution_forward.primitive_desc description(
      OneDnn primitives, DepthwiseLayer layer, ElementType type, List<memory.desc> tensors) {
    memory.desc weights = weights(primitives, layer, type, memory.format_tag.any);
    primitive_attr hardswish =
        primitives.followedBy(dnnl.algorithm.eltwise_hardswish, 1f / 6, 0.5f);
    long[] stride = {layer.stride(), layer.stride()};
    long[] padding = {layer.padding(), layer.padding()};
    return primitives.fast(
        OneDnn.supported(
            () ->
                new convolution_forward.primitive_desc(
                    primitives.engine(),
                    dnnl.prop_kind.forward_inference,
                    dnnl.algorithm.convolution_direct,
                    tensors.get(0),
                    weights,
                    tensors.get(1),
                    tensors.get(2),
                    stride,
                    padding,
                    padding,
                    hardswish,
                    false)));
  }
}
