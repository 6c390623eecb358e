package io.yolo4j.model;

import io.yolo4j.graph.Add;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.ConvTranspose2d;
import io.yolo4j.graph.DepthToSpace;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.LearnedScale;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Size2;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.Value;
import io.yolo4j.graph.ZeroPad;
import java.util.ArrayList;
import java.util.List;

/** Modules of one operation, those that only move data, and the detection head. */
final class PlainModules {
  private static final Size2 ONE = Size2.square(1);
  private static final Size2 ZERO = Size2.square(0);

  private PlainModules() {}

  private static Layer operation(ModuleScope scope, Op op) {
    List<String> names = scope.declare(op);
    return Layer.joining(inputs -> scope.emit(op, inputs, names));
  }

  /** Argument d = 1: the dimension. */
  static Layer concat(ModuleScope scope, Arguments args) {
    return operation(scope, new Concat(args.integer(0, "dimension", 1)));
  }

  /** Argument gain = 2. */
  static Layer contract(ModuleScope scope, Arguments args) {
    return operation(scope, new SpaceToDepth(args.integer(0, "gain", 2)));
  }

  /** Argument gain = 2. */
  static Layer expand(ModuleScope scope, Arguments args) {
    return operation(scope, new DepthToSpace(args.integer(0, "gain", 2)));
  }

  /** Arguments size, scale_factor, mode: size must be None, mode 'nearest'. */
  static Layer upsample(ModuleScope scope, Arguments args) {
    if (args.has(0)) {
      throw new IllegalArgumentException(
          "nn.Upsample: a fixed size is not supported, give None and a scale factor; got size "
              + PythonText.value(args.values().get(0)));
    }
    String mode = args.text(2, "mode", "nearest");
    if (!mode.equals("nearest")) {
      throw new IllegalArgumentException(
          "nn.Upsample: mode must be 'nearest', got '%s'".formatted(mode));
    }
    return operation(scope, new Upsample(args.integer(1, "scale_factor")));
  }

  /** Arguments kernel, stride = kernel, padding = 0. */
  static Layer maxPool(ModuleScope scope, Arguments args) {
    int kernel = args.integer(0, "kernel_size");
    return operation(
        scope,
        new MaxPool(kernel, args.integer(1, "stride", kernel), args.integer(2, "padding", 0)));
  }

  /** Argument: a number or the list left, right, top, bottom. */
  static Layer zeroPad(ModuleScope scope, Arguments args) {
    if (args.has(0) && args.values().get(0) instanceof Number) {
      int side = args.integer(0, "padding");
      return operation(scope, new ZeroPad(side, side, side, side));
    }
    List<Integer> sides = args.integers(0, "padding");
    if (sides.size() != 4) {
      throw new IllegalArgumentException(
          "nn.ZeroPad2d: padding must be a number or [left, right, top, bottom], got " + sides);
    }
    return operation(scope, new ZeroPad(sides.get(0), sides.get(1), sides.get(2), sides.get(3)));
  }

  /** Argument c. */
  static Layer batchNorm(ModuleScope scope, Arguments args) {
    return operation(
        scope,
        new BatchNorm(
            args.integer(0, "num_features"), BatchNorm.MODEL_EPSILON, BatchNorm.MODEL_MOMENTUM));
  }

  /** Arguments c1, c2, k, s = 1, p = 0, d = 1, g = 1, bias = True. */
  static Layer conv2d(ModuleScope scope, Arguments args) {
    Conv2d op =
        new Conv2d(
            args.integer(0, "in_channels"),
            args.integer(1, "out_channels"),
            args.size(2, "kernel_size", ONE),
            args.size(3, "stride", ONE),
            args.size(4, "padding", ZERO),
            args.size(5, "dilation", ONE),
            args.integer(6, "groups", 1),
            args.flag(7, "bias", true));
    return operation(scope, op);
  }

  /** Arguments c1, c2, k, s = 1, p = 0, output padding = 0, g = 1, bias = True. */
  static Layer convTranspose2d(ModuleScope scope, Arguments args) {
    if (args.integer(5, "output_padding", 0) != 0) {
      throw new IllegalArgumentException("nn.ConvTranspose2d: output_padding must be 0");
    }
    ConvTranspose2d op =
        new ConvTranspose2d(
            args.integer(0, "in_channels"),
            args.integer(1, "out_channels"),
            args.size(2, "kernel_size", ONE),
            args.size(3, "stride", ONE),
            args.size(4, "padding", ZERO),
            args.integer(6, "groups", 1),
            args.flag(7, "bias", true));
    return operation(scope, op);
  }

  /** Arguments n, weight = False: the sum of n inputs, all but the first with a learned weight. */
  static Layer sum(ModuleScope scope, Arguments args) {
    int count = args.integer(0, "n");
    boolean weighted = args.flag(1, "weight", false);
    List<String> names = weighted ? scope.declare(new LearnedScale(0, count - 1)) : List.of();
    return Layer.joining(
        inputs -> {
          if (inputs.size() != count) {
            throw new IllegalArgumentException(
                "Sum takes %d inputs, got %d".formatted(count, inputs.size()));
          }
          Value sum = inputs.get(0);
          for (int i = 1; i < count; i++) {
            Value term = inputs.get(i);
            if (weighted) {
              term = scope.emit(new LearnedScale(i - 1, count - 1), List.of(term), names);
            }
            sum = scope.emit(new Add(), sum, term);
          }
          return sum;
        });
  }

  /**
   * Arguments nc, anchors, channels of the inputs: per level a 1×1 convolution, viewed as [N,
   * anchors, H, W, nc + 5].
   */
  static Layer detect(ModuleScope scope, Arguments args) {
    int outputs = args.integer(0, "nc") + 5;
    List<List<Number>> table = args.table(1, "anchors");
    List<Integer> channels = args.integers(2, "channels");
    if (table.size() != channels.size()) {
      throw new IllegalArgumentException(
          "Detect: anchors must have a level for every input, got %d levels for %d inputs"
              .formatted(table.size(), channels.size()));
    }
    int anchors = table.get(0).size() / 2;
    scope.buffer("anchors", Shape.of(table.size(), anchors, 2), ParameterRole.ANCHORS);
    ModuleScope list = scope.child("m", "ModuleList");
    List<Layer> levels = new ArrayList<>();
    for (int i = 0; i < channels.size(); i++) {
      Conv2d op = Conv2d.of(channels.get(i), anchors * outputs, 1).withBias(true);
      levels.add(list.conv2d(String.valueOf(i), op));
    }
    return inputs -> {
      List<Value> heads = new ArrayList<>();
      for (int i = 0; i < levels.size(); i++) {
        heads.add(
            scope.emit(new SplitAnchors(anchors, outputs), levels.get(i).apply(inputs.get(i))));
      }
      return heads;
    };
  }
}
