package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/**
 * oneDNN's convolution with as many groups as channels and Hardswish fused, the weights in the
 * format that it asks for.
 */
final class DepthwiseOneDnn {
  private final OneDnn primitives;
  private final DepthwiseLayer layer;
  private final Variant variant;
  private final CaseBuffers buffers;

  private DepthwiseOneDnn(
      OneDnn primitives, DepthwiseLayer layer, Variant variant, CaseBuffers buffers) {
    this.primitives = primitives;
    this.layer = layer;
    this.variant = variant;
    this.buffers = buffers;
  }

  /** With x and y in the variant's layout. */
  static KernelForm form(DepthwiseLayer layer, Variant variant, CaseBuffers buffers) {
    return OneDnnForm.of(
        primitives -> new DepthwiseOneDnn(primitives, layer, variant, buffers).build());
  }

  /** With x and y in the format that oneDNN prefers, which a whole network could keep. */
  static KernelForm preferred(DepthwiseLayer layer, Variant variant, CaseBuffers buffers) {
    return OneDnnForm.of(
        primitives -> new DepthwiseOneDnn(primitives, layer, variant, buffers).buildPreferred());
  }

  private Supplier<float[]> build() {
    memory.desc x = primitives.featureMap(layer.input(), variant.type(), variant.layout());
    memory.desc y = primitives.featureMap(layer.output(), variant.type(), variant.layout());
    add(
        description(x, y),
        primitives.over(buffers.input(), x),
        primitives.over(buffers.output(), y));
    return this::output;
  }

  private Supplier<float[]> buildPreferred() {
    memory.desc x = primitives.featureMap(layer.input(), variant.type(), variant.layout());
    memory.desc y = primitives.featureMap(layer.output(), variant.type(), variant.layout());
    convolution_forward.primitive_desc description =
        description(any(layer.input()), any(layer.output()));
    List<memory> plain = primitives.over(buffers.output(), y);
    memory.desc wanted = primitives.keep(description.dst_desc());
    List<memory> to = primitives.converted(plain, wanted);
    memory.desc from = primitives.keep(description.src_desc());
    add(description, primitives.converted(primitives.over(buffers.input(), x), from), to);
    return () -> {
      primitives.copy(to.get(0), plain.get(0));
      return output();
    };
  }

  private memory.desc any(Dimensions dims) {
    return primitives.describe(
        variant.type(),
        memory.format_tag.any,
        dims.images(),
        dims.channels(),
        dims.height(),
        dims.width());
  }

  private float[] output() {
    return Values.toNchw(buffers.output().read(), layer.output(), variant.layout());
  }

  private void add(convolution_forward.primitive_desc description, List<memory> x, List<memory> y) {
    memory.desc wanted = description.weights_desc();
    memory weights =
        primitives.packed(layer.weight(), weights(memory.format_tag.goihw), variant.type(), wanted);
    memory bias = primitives.packed(layer.bias(), bias(), ElementType.F32, bias());
    primitives.add(
        new convolution_forward(description),
        Map.of(
            dnnl.DNNL_ARG_SRC,
            x,
            dnnl.DNNL_ARG_WEIGHTS,
            List.of(weights),
            dnnl.DNNL_ARG_BIAS,
            List.of(bias),
            dnnl.DNNL_ARG_DST,
            y));
  }

  private memory.desc bias() {
    return primitives.describe(ElementType.F32, memory.format_tag.a, layer.input().channels());
  }

  private memory.desc weights(memory.format_tag tag) {
    return primitives.describe(
        variant.type(), tag, layer.input().channels(), 1, 1, layer.kernel(), layer.kernel());
  }

  private convolution_forward.primitive_desc description(memory.desc x, memory.desc y) {
    memory.desc weights = weights(memory.format_tag.any);
    memory.desc bias = bias();
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
                    x,
                    weights,
                    bias,
                    y,
                    stride,
                    padding,
                    padding,
                    hardswish,
                    false)));
  }
}
