package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.TensorLayout;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Type and layout of feature maps.
 *
 * @param type of the elements
 * @param layout of their dimensions
 */
record Variant(ElementType type, TensorLayout layout) {
  /** What the others are compared with. */
  static final Variant PLAIN = new Variant(ElementType.F32, TensorLayout.NCHW);

  /** Both types in both layouts. */
  static final List<Variant> ALL =
      Stream.of(ElementType.F32, ElementType.BF16)
          .flatMap(
              type ->
                  Stream.of(TensorLayout.NHWC, TensorLayout.NCHW)
                      .map(layout -> new Variant(type, layout)))
          .toList();

  String name() {
    return type.nativeName() + "_" + layout.name().toLowerCase(Locale.ROOT);
  }

  /** Returns a feature map that holds these values, given in NCHW. */
  BufferPlan featureMap(Dimensions dimensions, Supplier<float[]> nchw) {
    return new BufferPlan(
        type, dimensions.elements(), () -> Values.arrange(nchw.get(), dimensions, layout));
  }

  double tolerance() {
    return tolerance(type);
  }

  /** Returns what rounding may change: a few steps of the type. */
  static double tolerance(ElementType type) {
    return type == ElementType.F32 ? 1e-5 : 1.0 / 64;
  }
}
