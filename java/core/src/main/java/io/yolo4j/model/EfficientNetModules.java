package io.yolo4j.model;

import io.yolo4j.graph.Activation.Kind;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;
import java.util.ArrayList;
import java.util.List;

/**
 * The block of EfficientNet-lite: that of EfficientNet (Tan and Le 2019) without squeeze and excite
 * and with ReLU6, which is the inverted residual of MobileNetV2 (Sandler et al. 2018).
 */
final class EfficientNetModules {
  private EfficientNetModules() {}

  /** Arguments c1, c2, k, t, s = 1: expansion to t·c1 channels, skipped where t is 1. */
  static Layer block(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    int expansion = args.integer(3, "t");
    int stride = args.integer(4, "s", 1);
    if (expansion < 1 || expansion > ModelBuilder.MAX_REPEATS) {
      throw new IllegalArgumentException(
          "MBConv: the expansion must lie in 1 to %d, got %d"
              .formatted(ModelBuilder.MAX_REPEATS, expansion));
    }
    int expanded = Math.multiplyExact(c1, expansion);
    List<Layer> layers = new ArrayList<>();
    if (expansion > 1) {
      layers.add(part(scope, "expand", Conv2d.of(c1, expanded, 1), Kind.RELU6));
    }
    Conv2d depthwise = Conv2d.of(expanded, expanded, args.integer(2, "k"));
    layers.add(
        part(scope, "depthwise", depthwise.withStride(stride).withGroups(expanded), Kind.RELU6));
    layers.add(part(scope, "project", Conv2d.of(expanded, c2, 1), Kind.IDENTITY));
    return ConvModules.residual(scope, Layer.chain(layers), stride == 1 && c1 == c2);
  }

  private static Layer part(ModuleScope scope, String name, Conv2d op, Kind activation) {
    return ConvModules.convolution(scope.child(name, "Conv"), op, activation);
  }
}
