package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.TensorLayout;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;

/** oneDNN's reorder with a scale. */
final class PixelsInOneDnn {
  private PixelsInOneDnn() {}

  static KernelForm form(Pictures pictures, Variant variant, CaseBuffers buffers) {
    return OneDnnForm.of(
        primitives -> build(primitives, pictures, variant, buffers),
        () -> Values.toNchw(buffers.output().read(), pictures.dimensions(), variant.layout()));
  }

  private static void build(
      OneDnn primitives, Pictures pictures, Variant variant, CaseBuffers buffers) {
    memory.desc bytes =
        primitives.featureMap(pictures.dimensions(), ElementType.U8, TensorLayout.NHWC);
    memory.desc values =
        primitives.featureMap(pictures.dimensions(), variant.type(), variant.layout());
    primitive_attr scaled = primitives.keep(new primitive_attr());
    scaled.set_scales_mask(dnnl.DNNL_ARG_SRC, 0);
    reorder.primitive_desc description =
        primitives.fast(
            OneDnn.supported(
                () ->
                    new reorder.primitive_desc(
                        primitives.engine(), bytes, primitives.engine(), values, scaled, false)));
    memory.desc one = primitives.describe(ElementType.F32, memory.format_tag.a, 1);
    memory scale = primitives.packed(new float[] {1f / 255}, one, ElementType.F32, one);
    primitives.add(
        new reorder(description),
        Map.of(
            dnnl.DNNL_ARG_SRC,
            primitives.over(buffers.input(), bytes),
            dnnl.DNNL_ARG_DST,
            primitives.over(buffers.output(), values),
            dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_SRC,
            List.of(scale)));
  }
}
