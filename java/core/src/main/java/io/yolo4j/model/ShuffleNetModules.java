package io.yolo4j.model;

import io.yolo4j.graph.Activation.Kind;
import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.ChannelSlice;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The unit of ShuffleNetV2 (Ma et al. 2018), with the state keys of torchvision's file in the same
 * order.
 */
final class ShuffleNetModules {
  private ShuffleNetModules() {}

  /**
   * Arguments c1, c2, s = 1. Stride 1 passes one half of the channels on and convolves the other,
   * stride 2 convolves all of them in both branches; then the branches' channels mix.
   */
  static Layer unit(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    int stride = args.integer(2, "s", 1);
    check(c1, c2, stride);
    int half = c2 / 2;
    Layer left = stride == 1 ? Layer.chain(List.of()) : left(scope, c1, half);
    Layer right = right(scope, stride == 1 ? half : c1, half, stride);
    return Layer.of(
        x -> {
          Value first = stride == 1 ? scope.emit(new ChannelSlice(0, half), x) : x;
          Value second = stride == 1 ? scope.emit(new ChannelSlice(half, half), x) : x;
          Value joined = scope.emit(new Concat(1), left.apply(first), right.apply(second));
          return scope.emit(new ChannelShuffle(2), joined);
        });
  }

  private static void check(int c1, int c2, int stride) {
    if (stride != 1 && stride != 2) {
      throw new IllegalArgumentException("ShuffleUnit: the stride must be 1 or 2, got " + stride);
    }
    if (c2 % 2 != 0) {
      throw new IllegalArgumentException(
          "ShuffleUnit: the output channels must be even, got " + c2);
    }
    if (stride == 1 && c1 != c2) {
      throw new IllegalArgumentException(
          "ShuffleUnit: with stride 1 input and output must have the same channels, got %d and %d"
              .formatted(c1, c2));
    }
  }

  private static Layer left(ModuleScope scope, int c1, int half) {
    ModuleScope branch = scope.child("branch1", "Sequential");
    Chain chain = new Chain(branch);
    chain.add(Conv2d.of(c1, c1, 3).withStride(2).withGroups(c1), Kind.IDENTITY);
    chain.add(Conv2d.of(c1, half, 1), Kind.RELU);
    return chain.layer();
  }

  private static Layer right(ModuleScope scope, int c1, int half, int stride) {
    Chain chain = new Chain(scope.child("branch2", "Sequential"));
    chain.add(Conv2d.of(c1, half, 1), Kind.RELU);
    chain.add(Conv2d.of(half, half, 3).withStride(stride).withGroups(half), Kind.IDENTITY);
    chain.add(Conv2d.of(half, half, 1), Kind.RELU);
    return chain.layer();
  }

  /** Convolutions, batch norms and activations as children 0, 1, 2 … of one module. */
  private static final class Chain {
    private final ModuleScope scope;
    private final List<Layer> layers = new ArrayList<>();

    Chain(ModuleScope scope) {
      this.scope = scope;
    }

    void add(Conv2d conv, Kind activation) {
      layers.add(scope.conv2d(next(), conv));
      layers.add(scope.batchNorm(next(), conv.outputChannels()));
      if (activation != Kind.IDENTITY) {
        layers.add(scope.activation(next(), activation));
      }
    }

    private String next() {
      return String.valueOf(layers.size());
    }

    Layer layer() {
      return Layer.chain(layers);
    }
  }
}
