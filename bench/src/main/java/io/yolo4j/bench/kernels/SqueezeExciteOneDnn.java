package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.primitive_attr;

/**
 * oneDNN's primitives in sequence: pooling, a product with ReLU, a product with Hardsigmoid, a
 * multiplication that broadcasts.
 */
final class SqueezeExciteOneDnn {
  private final OneDnn primitives;
  private final SqueezeExciteLayer layer;
  private final Variant variant;
  private final CaseBuffers buffers;

  private SqueezeExciteOneDnn(
      OneDnn primitives, SqueezeExciteLayer layer, Variant variant, CaseBuffers buffers) {
    this.primitives = primitives;
    this.layer = layer;
    this.variant = variant;
    this.buffers = buffers;
  }

  /** A product: what it multiplies with, adds and applies. */
  private record Product(
      long inputs,
      long outputs,
      Supplier<float[]> weight,
      Supplier<float[]> bias,
      primitive_attr function) {}

  static KernelForm form(SqueezeExciteLayer layer, Variant variant, CaseBuffers buffers) {
    return OneDnnForm.of(
        primitives -> new SqueezeExciteOneDnn(primitives, layer, variant, buffers).build(),
        () -> Values.toNchw(buffers.output().read(), layer.input(), variant.layout()));
  }

  private void build() {
    long images = layer.input().images();
    long channels = layer.input().channels();
    ElementType type = variant.type();
    memory.desc map = primitives.featureMap(layer.input(), type, variant.layout());
    memory.desc means =
        primitives.featureMap(new Dimensions(images, channels, 1, 1), type, variant.layout());
    memory.desc rows = primitives.describe(type, memory.format_tag.ab, images, channels);
    memory.desc fewRows = primitives.describe(type, memory.format_tag.ab, images, layer.squeezed());
    memory pooled = primitives.own(means);
    memory few = primitives.own(fewRows);
    memory gate = primitives.own(means);
    pool(map, means, pooled);
    multiply(squeeze(), List.of(rows, fewRows), sameAs(pooled, rows), few);
    multiply(excite(), List.of(fewRows, rows), few, sameAs(gate, rows));
    scale(map, means, gate);
  }

  /* The same numbers as a matrix. */
  private memory sameAs(memory map, memory.desc rows) {
    return primitives.keep(
        new memory(rows, primitives.engine(), primitives.keep(map.get_data_handle())));
  }

  private Product squeeze() {
    return new Product(
        layer.input().channels(),
        layer.squeezed(),
        layer::squeezeWeight,
        layer::squeezeBias,
        primitives.followedBy(dnnl.algorithm.eltwise_relu, 0, 0));
  }

  private Product excite() {
    return new Product(
        layer.squeezed(),
        layer.input().channels(),
        layer::exciteWeight,
        layer::exciteBias,
        primitives.followedBy(dnnl.algorithm.eltwise_hardsigmoid, 1f / 6, 0.5f));
  }

  private void pool(memory.desc map, memory.desc means, memory pooled) {
    long[] window = {layer.input().height(), layer.input().width()};
    long[] none = {0, 0};
    pooling_forward.primitive_desc description =
        primitives.fast(
            OneDnn.supported(
                () ->
                    new pooling_forward.primitive_desc(
                        primitives.engine(),
                        dnnl.prop_kind.forward_inference,
                        dnnl.algorithm.pooling_avg_exclude_padding,
                        map,
                        means,
                        window,
                        window,
                        none,
                        none,
                        none)));
    primitives.add(
        new pooling_forward(description),
        Map.of(
            dnnl.DNNL_ARG_SRC,
            primitives.over(buffers.input(), map),
            dnnl.DNNL_ARG_DST,
            List.of(pooled)));
  }

  private void multiply(Product product, List<memory.desc> sides, memory from, memory to) {
    ElementType type = variant.type();
    memory.desc bias =
        primitives.describe(ElementType.F32, memory.format_tag.ab, 1, product.outputs());
    memory.desc any =
        primitives.describe(type, memory.format_tag.any, product.inputs(), product.outputs());
    // Stored as [outputs, inputs].
    memory.desc plain =
        primitives.describe(type, memory.format_tag.ba, product.inputs(), product.outputs());
    matmul.primitive_desc description =
        primitives.fast(
            OneDnn.supported(
                () ->
                    new matmul.primitive_desc(
                        primitives.engine(),
                        sides.get(0),
                        any,
                        bias,
                        sides.get(1),
                        product.function(),
                        false)));
    primitives.add(
        new matmul(description),
        Map.of(
            dnnl.DNNL_ARG_SRC,
            List.of(from),
            dnnl.DNNL_ARG_WEIGHTS,
            List.of(
                primitives.packed(product.weight().get(), plain, type, description.weights_desc())),
            dnnl.DNNL_ARG_BIAS,
            List.of(primitives.packed(product.bias().get(), bias, ElementType.F32, bias)),
            dnnl.DNNL_ARG_DST,
            List.of(to)));
  }

  private void scale(memory.desc map, memory.desc means, memory gate) {
    binary.primitive_desc description =
        primitives.fast(
            OneDnn.supported(
                () ->
                    new binary.primitive_desc(
                        primitives.engine(), dnnl.algorithm.binary_mul, map, means, map)));
    primitives.add(
        new binary(description),
        Map.of(
            dnnl.DNNL_ARG_SRC_0,
            primitives.over(buffers.input(), map),
            dnnl.DNNL_ARG_SRC_1,
            List.of(gate),
            dnnl.DNNL_ARG_DST,
            primitives.over(buffers.output(), map)));
  }
}
