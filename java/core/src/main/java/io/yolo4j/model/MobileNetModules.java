package io.yolo4j.model;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Activation.Kind;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Multiply;
import io.yolo4j.graph.Size2;
import io.yolo4j.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of MobileNetV3 (Howard et al. 2019), with the state keys of torchvision's file in the
 * same order.
 */
final class MobileNetModules {
  static final String PREFIX = "MobileNetV3_";

  private MobileNetModules() {}

  /** Arguments c1, c2, k = 1, s = 1, g = 1, act = False: convolution, batch norm, activation. */
  static Layer convBnAct(ModuleScope scope, Arguments args) {
    Conv2d op =
        Conv2d.of(args.integer(0, "c1"), args.integer(1, "c2"), 1)
            .withKernel(args.size(2, "k", Size2.square(1)))
            .withStride(args.size(3, "s", Size2.square(1)))
            .withGroups(args.integer(4, "g", 1));
    Kind activation = args.has(5) ? ConvModules.activation(args, 5) : Kind.IDENTITY;
    return ConvModules.convolution(scope, op, activation);
  }

  /** Arguments c1, c2, k, s: the stem, with Hardswish. */
  static Layer firstLayer(ModuleScope scope, Arguments args) {
    Conv2d op =
        Conv2d.of(args.integer(0, "c1"), args.integer(1, "c2"), args.integer(2, "k"))
            .withStride(args.integer(3, "s"));
    return ConvModules.convolution(scope, op, Kind.HARDSWISH);
  }

  /** Argument c. */
  static Layer squeezeExcite(ModuleScope scope, Arguments args) {
    return squeezeExcite(scope, args.integer(0, "c"));
  }

  private static Layer squeezeExcite(ModuleScope scope, int channels) {
    return squeezeExcite(scope, channels, divisible(channels / 4, 8));
  }

  /** Declares a squeeze and excite with so many channels between. */
  static Layer squeezeExcite(ModuleScope scope, int channels, int squeezed) {
    Layer fc1 = scope.conv2d("fc1", Conv2d.of(channels, squeezed, 1).withBias(true));
    Layer relu = scope.activation("relu", Kind.RELU);
    Layer fc2 = scope.conv2d("fc2", Conv2d.of(squeezed, channels, 1).withBias(true));
    return Layer.of(
        x -> {
          Value pooled = scope.emit(new GlobalAveragePool(), x);
          Value excited = fc2.apply(relu.apply(fc1.apply(pooled)));
          return scope.emit(
              new Multiply(), x, scope.emit(new Activation(Kind.HARDSIGMOID), excited));
        });
  }

  /** Arguments c1, c2, k, expanded, use_se, use_hs, s. */
  static Layer invertedResidual(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    int expanded = args.integer(3, "expanded");
    int stride = args.integer(6, "s");
    Kind kind = args.flag(5, "use_hs", false) ? Kind.HARDSWISH : Kind.RELU;
    Layer act = scope.activation("act", kind);
    ModuleScope block = scope.child("block", "Sequential");
    List<Layer> layers = new ArrayList<>();
    if (expanded != c1) {
      layers.add(convolution(scope, block, layers.size(), Conv2d.of(c1, expanded, 1), act));
    }
    Conv2d depthwise =
        Conv2d.of(expanded, expanded, args.integer(2, "k")).withStride(stride).withGroups(expanded);
    layers.add(convolution(scope, block, layers.size(), depthwise, act));
    if (args.flag(4, "use_se", false)) {
      layers.add(
          squeezeExcite(block.child(String.valueOf(layers.size()), PREFIX + "SE"), expanded));
    }
    ModuleScope projection = block.child(String.valueOf(layers.size()), PREFIX + "ConvBNACT");
    layers.add(ConvModules.convolution(projection, Conv2d.of(expanded, c2, 1), Kind.IDENTITY));
    return ConvModules.residual(scope, Layer.chain(layers), stride == 1 && c1 == c2);
  }

  /** A ConvBNACT whose activation is the block's own, one object under several names. */
  private static Layer convolution(
      ModuleScope owner, ModuleScope block, int index, Conv2d op, Layer activation) {
    ModuleScope scope = block.child(String.valueOf(index), PREFIX + "ConvBNACT");
    Layer conv = scope.conv2d("conv", op);
    Layer norm = scope.batchNorm("bn", op.outputChannels());
    scope.share("act", owner.declared("act"));
    return Layer.chain(List.of(conv, norm, activation));
  }

  /** The multiple of the divisor next to the value, never more than 10 % below it. */
  static int divisible(int value, int divisor) {
    int rounded = Math.max(divisor, (value + divisor / 2) / divisor * divisor);
    return rounded < 0.9 * value ? rounded + divisor : rounded;
  }
}
