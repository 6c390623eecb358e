package io.yolo4j.model;

import io.yolo4j.graph.Activation.Kind;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Stages of several convolutions: the C3 family, BottleneckCSP, SPP, SPPF. */
final class StageModules {
  private StageModules() {}

  /** What a C3 holds on its first branch, given its scope and the hidden channels. */
  private interface Inner {
    Layer declare(ModuleScope scope, int hidden);
  }

  /** Arguments c1, c2, n = 1, shortcut = True, g = 1, e = 0.5. */
  static Layer c3(ModuleScope scope, Arguments args) {
    boolean shortcut = args.flag(3, "shortcut", true);
    int groups = args.integer(4, "g", 1);
    return c3(
        scope,
        args,
        (parent, hidden) -> bottlenecks(parent, args.integer(2, "n", 1), hidden, shortcut, groups));
  }

  /**
   * Arguments c1, c2, n = 1, shortcut = True, g = 1, e = 0.5: a C3 around a transformer block of 4
   * heads.
   */
  static Layer c3Transformer(ModuleScope scope, Arguments args) {
    return c3(
        scope,
        args,
        (parent, hidden) ->
            TransformerModules.block(
                parent.child("m", "TransformerBlock"), hidden, hidden, 4, args.integer(2, "n", 1)));
  }

  /** Arguments c1, c2, k = (5, 9, 13), n, shortcut, g, e: a C3 around an SPP. */
  static Layer c3SpatialPyramid(ModuleScope scope, Arguments args) {
    List<Integer> kernels = args.integers(2, "k", List.of(5, 9, 13));
    int hidden = (int) (args.integer(1, "c2") * args.number(6, "e", 0.5));
    return c3(
        scope, args, hidden, parent -> pyramid(parent.child("m", "SPP"), hidden, hidden, kernels));
  }

  /** Arguments c1, c2, n = 1, shortcut, g, e = 0.5: a C3 of ghost bottlenecks. */
  static Layer c3Ghost(ModuleScope scope, Arguments args) {
    return c3(
        scope,
        args,
        (parent, hidden) -> {
          ModuleScope list = parent.child("m", "Sequential");
          List<Layer> blocks = new ArrayList<>();
          for (int i = 0; i < args.integer(2, "n", 1); i++) {
            Arguments inner = new Arguments("GhostBottleneck", List.of(hidden, hidden));
            blocks.add(
                ConvModules.ghostBottleneck(
                    list.child(String.valueOf(i), "GhostBottleneck"), inner));
          }
          return Layer.chain(blocks);
        });
  }

  private static Layer c3(ModuleScope scope, Arguments args, Inner inner) {
    int hidden = (int) (args.integer(1, "c2") * args.number(5, "e", 0.5));
    return c3(scope, args, hidden, parent -> inner.declare(parent, hidden));
  }

  private static Layer c3(
      ModuleScope scope, Arguments args, int hidden, Function<ModuleScope, Layer> inner) {
    int c1 = args.integer(0, "c1");
    Layer cv1 = ConvModules.conv(scope, "cv1", c1, hidden, 1);
    Layer cv2 = ConvModules.conv(scope, "cv2", c1, hidden, 1);
    Layer cv3 = ConvModules.conv(scope, "cv3", 2 * hidden, args.integer(1, "c2"), 1);
    Layer m = inner.apply(scope);
    return Layer.of(x -> cv3.apply(scope.emit(new Concat(1), m.apply(cv1.apply(x)), cv2.apply(x))));
  }

  private static Layer bottlenecks(
      ModuleScope parent, int count, int channels, boolean shortcut, int groups) {
    ModuleScope list = parent.child("m", "Sequential");
    List<Layer> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(
          ConvModules.bottleneck(
              list.child(String.valueOf(i), "Bottleneck"),
              List.of(channels, channels, channels),
              shortcut,
              groups));
    }
    return Layer.chain(blocks);
  }

  /**
   * Arguments c1, c2, n = 1, shortcut = True, g = 1, e = 0.5 (cross stage partial network, Wang et
   * al. 2019).
   */
  static Layer bottleneckCsp(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    int hidden = (int) (c2 * args.number(5, "e", 0.5));
    Layer cv1 = ConvModules.conv(scope, "cv1", c1, hidden, 1);
    Layer cv2 = scope.conv2d("cv2", Conv2d.of(c1, hidden, 1));
    Layer cv3 = scope.conv2d("cv3", Conv2d.of(hidden, hidden, 1));
    Layer cv4 = ConvModules.conv(scope, "cv4", 2 * hidden, c2, 1);
    Layer norm = scope.batchNorm("bn", 2 * hidden);
    Layer act = scope.activation("act", Kind.LEAKY_RELU);
    boolean shortcut = args.flag(3, "shortcut", true);
    Layer m =
        bottlenecks(scope, args.integer(2, "n", 1), hidden, shortcut, args.integer(4, "g", 1));
    return Layer.of(
        x -> {
          Value inner = cv3.apply(m.apply(cv1.apply(x)));
          Value joined = scope.emit(new Concat(1), inner, cv2.apply(x));
          return cv4.apply(act.apply(norm.apply(joined)));
        });
  }

  /** Arguments c1, c2, k = (5, 9, 13): parallel pools (He et al. 2014). */
  static Layer spatialPyramid(ModuleScope scope, Arguments args) {
    return pyramid(
        scope,
        args.integer(0, "c1"),
        args.integer(1, "c2"),
        args.integers(2, "k", List.of(5, 9, 13)));
  }

  private static Layer pyramid(ModuleScope scope, int c1, int c2, List<Integer> kernels) {
    int hidden = c1 / 2;
    Layer cv1 = ConvModules.conv(scope, "cv1", c1, hidden, 1);
    Layer cv2 = ConvModules.conv(scope, "cv2", hidden * (kernels.size() + 1), c2, 1);
    ModuleScope list = scope.child("m", "ModuleList");
    List<Layer> pools = new ArrayList<>();
    for (int i = 0; i < kernels.size(); i++) {
      pools.add(
          list.leaf(
              String.valueOf(i), "MaxPool2d", new MaxPool(kernels.get(i), 1, kernels.get(i) / 2)));
    }
    return Layer.of(
        x -> {
          Value y = cv1.apply(x);
          List<Value> parts = new ArrayList<>(List.of(y));
          pools.forEach(pool -> parts.add(pool.apply(y)));
          return cv2.apply(scope.emit(new Concat(1), parts, List.of()));
        });
  }

  /** Arguments c1, c2, k = 5: three chained pools, equal to SPP with 5, 9, 13. */
  static Layer spatialPyramidFast(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int hidden = c1 / 2;
    int kernel = args.integer(2, "k", 5);
    Layer cv1 = ConvModules.conv(scope, "cv1", c1, hidden, 1);
    Layer cv2 = ConvModules.conv(scope, "cv2", hidden * 4, args.integer(1, "c2"), 1);
    Layer pool = scope.leaf("m", "MaxPool2d", new MaxPool(kernel, 1, kernel / 2));
    return Layer.of(
        x -> {
          Value y = cv1.apply(x);
          Value once = pool.apply(y);
          Value twice = pool.apply(once);
          return cv2.apply(scope.emit(new Concat(1), y, once, twice, pool.apply(twice)));
        });
  }
}
