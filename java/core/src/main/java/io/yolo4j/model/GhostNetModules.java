package io.yolo4j.model;

import io.yolo4j.graph.Activation.Kind;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The bottleneck of GhostNet (Han et al. 2020). GhostConv and GhostBottleneck are YOLOv5's own
 * reading of it: cheap convolutions of 5x5, SiLU, no squeeze and excite.
 */
final class GhostNetModules {
  private static final int CHEAP_KERNEL = 3;

  private GhostNetModules() {}

  /**
   * Arguments c1, c2, k, expanded, use_se, s: a ghost module that expands, for stride 2 a depthwise
   * convolution of k, squeeze and excite, a ghost module that projects; added to the input, which
   * goes through a depthwise and a 1x1 convolution where shape or channels change.
   */
  static Layer bottleneck(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    int kernel = args.integer(2, "k");
    int expanded = args.integer(3, "expanded");
    int stride = args.integer(5, "s", 1);
    List<Layer> layers = new ArrayList<>();
    layers.add(ghost(scope.child("ghost1", "GhostModule"), c1, expanded, Kind.RELU));
    if (stride > 1) {
      Conv2d down = Conv2d.of(expanded, expanded, kernel).withStride(stride).withGroups(expanded);
      layers.add(scope.conv2d("conv_dw", down));
      layers.add(scope.batchNorm("bn_dw", expanded));
    }
    if (args.flag(4, "use_se", false)) {
      int squeezed = MobileNetModules.divisible(expanded / 4, 4);
      ModuleScope block = scope.child("se", MobileNetModules.PREFIX + "SE");
      layers.add(MobileNetModules.squeezeExcite(block, expanded, squeezed));
    }
    layers.add(ghost(scope.child("ghost2", "GhostModule"), expanded, c2, Kind.IDENTITY));
    Layer body = Layer.chain(layers);
    if (stride == 1 && c1 == c2) {
      return ConvModules.residual(scope, body, true);
    }
    Conv2d moved = Conv2d.of(c1, c1, kernel).withStride(stride).withGroups(c1);
    Layer shortcut = shortcut(scope.child("shortcut", "Sequential"), moved, c2);
    return Layer.of(x -> scope.emit(new Add(), body.apply(x), shortcut.apply(x)));
  }

  private static Layer shortcut(ModuleScope scope, Conv2d depthwise, int c2) {
    int c1 = depthwise.outputChannels();
    return Layer.chain(
        List.of(
            scope.conv2d("0", depthwise),
            scope.batchNorm("1", c1),
            scope.conv2d("2", Conv2d.of(c1, c2, 1)),
            scope.batchNorm("3", c2)));
  }

  /** One half of the channels by a 1x1 convolution, the other from those by a depthwise one. */
  private static Layer ghost(ModuleScope scope, int c1, int c2, Kind activation) {
    if (c2 % 2 != 0) {
      throw new IllegalArgumentException(
          "GhostNetBottleneck: expanded and output channels must be even, got " + c2);
    }
    int half = c2 / 2;
    Layer primary =
        convolution(scope.child("primary_conv", "Sequential"), Conv2d.of(c1, half, 1), activation);
    Conv2d op = Conv2d.of(half, half, CHEAP_KERNEL).withGroups(half);
    Layer cheap = convolution(scope.child("cheap_operation", "Sequential"), op, activation);
    return Layer.of(
        x -> {
          Value y = primary.apply(x);
          return scope.emit(new Concat(1), y, cheap.apply(y));
        });
  }

  private static Layer convolution(ModuleScope scope, Conv2d op, Kind activation) {
    return Layer.chain(
        List.of(
            scope.conv2d("0", op),
            scope.batchNorm("1", op.outputChannels()),
            scope.activation("2", activation)));
  }
}
