package io.yolo4j.model;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Activation.Kind;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Size2;
import io.yolo4j.graph.StridedSlice;
import io.yolo4j.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Convolution blocks: Conv, DWConv, Focus, Bottleneck, CrossConv, GhostConv, GhostBottleneck,
 * MixConv2d.
 */
final class ConvModules {
  private static final Size2 ONE = Size2.square(1);

  private ConvModules() {}

  /** Declares conv, bn, act in a scope: a convolution without bias, batch norm, activation. */
  static Layer convolution(ModuleScope scope, Conv2d op, Kind activation) {
    Layer conv = scope.conv2d("conv", op);
    Layer norm = scope.batchNorm("bn", op.outputChannels());
    Layer act = scope.activation("act", activation);
    return Layer.chain(List.of(conv, norm, act));
  }

  /** Declares a child of type Conv with padding half the kernel and SiLU. */
  static Layer conv(ModuleScope parent, String name, int c1, int c2, int kernel) {
    return convolution(parent.child(name, "Conv"), Conv2d.of(c1, c2, kernel), Kind.SILU);
  }

  /** Arguments c1, c2, k = 1, s = 1, p = k/2, g = 1, act = True. */
  static Layer conv(ModuleScope scope, Arguments args) {
    Size2 kernel = args.size(2, "k", ONE);
    Conv2d op =
        Conv2d.of(args.integer(0, "c1"), args.integer(1, "c2"), 1)
            .withKernel(kernel)
            .withStride(args.size(3, "s", ONE))
            .withPadding(args.size(4, "p", kernel.half()))
            .withGroups(args.integer(5, "g", 1));
    return convolution(scope, op, activation(args, 6));
  }

  /** Arguments c1, c2, k = 1, s = 1, act = True; groups gcd(c1, c2). */
  static Layer depthwiseConv(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    Conv2d op = depthwise(c1, c2, args.size(2, "k", ONE)).withStride(args.size(3, "s", ONE));
    return convolution(scope, op, activation(args, 4));
  }

  private static Conv2d depthwise(int c1, int c2, Size2 kernel) {
    return Conv2d.of(c1, c2, 1).withKernel(kernel).withGroups(greatestCommonDivisor(c1, c2));
  }

  /**
   * Arguments c1, c2, k = 1, s = 1, p, g = 1, act: the four pixel phases on channels, then Conv.
   */
  static Layer focus(ModuleScope scope, Arguments args) {
    List<Object> inner = new ArrayList<>(args.values());
    if (!inner.isEmpty()) {
      inner.set(0, 4L * args.integer(0, "c1"));
    }
    Layer conv = conv(scope.child("conv", "Conv"), new Arguments("Focus", inner));
    // Offsets (row, column) in the order (0,0), (1,0), (0,1), (1,1).
    return Layer.of(
        x ->
            conv.apply(
                scope.emit(
                    new Concat(1),
                    scope.emit(new StridedSlice(0, 0, 2), x),
                    scope.emit(new StridedSlice(1, 0, 2), x),
                    scope.emit(new StridedSlice(0, 1, 2), x),
                    scope.emit(new StridedSlice(1, 1, 2), x))));
  }

  /** Arguments c1, c2, shortcut = True, g = 1, e = 0.5. */
  static Layer bottleneck(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    int hidden = (int) (c2 * args.number(4, "e", 0.5));
    return bottleneck(
        scope, List.of(c1, hidden, c2), args.flag(2, "shortcut", true), args.integer(3, "g", 1));
  }

  /** Declares a Bottleneck of the channels [input, hidden, output]. */
  static Layer bottleneck(ModuleScope scope, List<Integer> channels, boolean shortcut, int groups) {
    Layer cv1 = conv(scope, "cv1", channels.get(0), channels.get(1), 1);
    Conv2d op = Conv2d.of(channels.get(1), channels.get(2), 3).withGroups(groups);
    Layer cv2 = convolution(scope.child("cv2", "Conv"), op, Kind.SILU);
    return residual(
        scope, Layer.chain(List.of(cv1, cv2)), shortcut && channels.get(0).equals(channels.get(2)));
  }

  /** Returns the layer, with its input added to its output if asked for. */
  static Layer residual(ModuleScope scope, Layer layer, boolean add) {
    return add ? Layer.of(x -> scope.emit(new Add(), x, layer.apply(x))) : layer;
  }

  /**
   * Arguments c1, c2, k = 3, s = 1, g = 1, e = 1, shortcut = False: a 1×k and a k×1 convolution.
   */
  static Layer crossConv(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    int kernel = args.integer(2, "k", 3);
    int stride = args.integer(3, "s", 1);
    int hidden = (int) (c2 * args.number(5, "e", 1));
    Conv2d across =
        Conv2d.of(c1, hidden, 1).withKernel(new Size2(1, kernel)).withStride(new Size2(1, stride));
    Conv2d down =
        Conv2d.of(hidden, c2, 1)
            .withKernel(new Size2(kernel, 1))
            .withStride(new Size2(stride, 1))
            .withGroups(args.integer(4, "g", 1));
    Layer cv1 = convolution(scope.child("cv1", "Conv"), across, Kind.SILU);
    Layer cv2 = convolution(scope.child("cv2", "Conv"), down, Kind.SILU);
    return residual(
        scope, Layer.chain(List.of(cv1, cv2)), args.flag(6, "shortcut", false) && c1 == c2);
  }

  /** Arguments c1, c2, k = 1, s = 1, g = 1, act = True. */
  static Layer ghostConv(ModuleScope scope, Arguments args) {
    Conv2d op =
        Conv2d.of(args.integer(0, "c1"), args.integer(1, "c2"), 1)
            .withKernel(args.size(2, "k", ONE))
            .withStride(args.size(3, "s", ONE))
            .withGroups(args.integer(4, "g", 1));
    return ghostConv(scope, op, activation(args, 5));
  }

  /**
   * Half of the channels by the convolution, the other half from those by a cheap depthwise 5×5
   * (Han et al. 2020).
   */
  private static Layer ghostConv(ModuleScope scope, Conv2d op, Kind activation) {
    int half = op.outputChannels() / 2;
    Conv2d primary =
        Conv2d.of(op.inputChannels(), half, 1)
            .withKernel(op.kernel())
            .withStride(op.stride())
            .withGroups(op.groups());
    Layer cv1 = convolution(scope.child("cv1", "Conv"), primary, activation);
    Conv2d cheap = Conv2d.of(half, half, 5).withGroups(half);
    Layer cv2 = convolution(scope.child("cv2", "Conv"), cheap, activation);
    return Layer.of(
        x -> {
          Value y = cv1.apply(x);
          return scope.emit(new Concat(1), y, cv2.apply(y));
        });
  }

  /** Arguments c1, c2, k = 3, s = 1. */
  static Layer ghostBottleneck(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    Size2 kernel = args.size(2, "k", Size2.square(3));
    int stride = args.integer(3, "s", 1);
    int hidden = c2 / 2;
    ModuleScope main = scope.child("conv", "Sequential");
    Layer first = ghostConv(main.child("0", "GhostConv"), Conv2d.of(c1, hidden, 1), Kind.SILU);
    Layer down = stride == 2 ? linearDepthwise(main, "1", hidden, kernel) : identity(main, "1");
    Layer last = ghostConv(main.child("2", "GhostConv"), Conv2d.of(hidden, c2, 1), Kind.IDENTITY);
    Layer body = Layer.chain(List.of(first, down, last));
    Layer shortcut =
        stride == 2 ? ghostShortcut(scope, c1, c2, kernel) : identity(scope, "shortcut");
    return Layer.of(x -> scope.emit(new Add(), body.apply(x), shortcut.apply(x)));
  }

  private static Layer ghostShortcut(ModuleScope scope, int c1, int c2, Size2 kernel) {
    ModuleScope shortcut = scope.child("shortcut", "Sequential");
    Layer down = linearDepthwise(shortcut, "0", c1, kernel);
    Layer project = convolution(shortcut.child("1", "Conv"), Conv2d.of(c1, c2, 1), Kind.IDENTITY);
    return Layer.chain(List.of(down, project));
  }

  private static Layer linearDepthwise(
      ModuleScope parent, String name, int channels, Size2 kernel) {
    Conv2d op = depthwise(channels, channels, kernel).withStride(2);
    return convolution(parent.child(name, "DWConv"), op, Kind.IDENTITY);
  }

  private static Layer identity(ModuleScope parent, String name) {
    return parent.activation(name, Kind.IDENTITY);
  }

  /**
   * Arguments c1, c2, k = (1, 3), s = 1, equal_ch = True: one convolution a kernel size, batch
   * norm, LeakyReLU, residual.
   */
  static Layer mixConv(ModuleScope scope, Arguments args) {
    int c1 = args.integer(0, "c1");
    int c2 = args.integer(1, "c2");
    List<Integer> kernels = args.integers(2, "k", List.of(1, 3));
    if (kernels.isEmpty()) {
      throw new IllegalArgumentException("MixConv2d needs at least one kernel size, got []");
    }
    int stride = args.integer(3, "s", 1);
    List<Integer> channels =
        args.flag(4, "equal_ch", true)
            ? equalChannels(c2, kernels.size())
            : equalWeights(c2, kernels);
    ModuleScope list = scope.child("m", "ModuleList");
    List<Layer> branches = new ArrayList<>();
    for (int i = 0; i < kernels.size(); i++) {
      Conv2d op = Conv2d.of(c1, channels.get(i), kernels.get(i)).withStride(stride);
      branches.add(list.conv2d(String.valueOf(i), op));
    }
    Layer norm = scope.batchNorm("bn", c2);
    Layer act = scope.activation("act", Kind.LEAKY_RELU);
    return Layer.of(
        x -> {
          Value joined =
              scope.emit(new Concat(1), branches.stream().map(b -> b.apply(x)).toList(), List.of());
          return scope.emit(new Add(), x, act.apply(norm.apply(joined)));
        });
  }

  /** As many channels for each kernel size, the first ones one more where it does not divide. */
  private static List<Integer> equalChannels(int channels, int groups) {
    int[] counts = new int[groups];
    for (int i = 0; i < channels; i++) {
      double position = channels == 1 ? 0 : i * (groups - 1e-6) / (channels - 1);
      counts[(int) position]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }

  /**
   * Channels in inverse proportion to the kernel's area, so that every kernel size has about as
   * many weights.
   */
  private static List<Integer> equalWeights(int channels, List<Integer> kernels) {
    double sum = kernels.stream().mapToDouble(k -> 1.0 / (k * k)).sum();
    return kernels.stream().map(k -> (int) Math.rint(channels / (k * k * sum))).toList();
  }

  /** Reads the argument act: True is SiLU, False none, a text names an activation. */
  static Kind activation(Arguments args, int index) {
    if (args.has(index) && args.values().get(index) instanceof String name) {
      return Arrays.stream(Activation.Kind.values())
          .filter(kind -> kind.moduleType().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "unknown activation '%s'; known are %s"
                          .formatted(
                              name,
                              Arrays.stream(Activation.Kind.values())
                                  .map(Activation.Kind::moduleType)
                                  .collect(Collectors.joining(", ")))));
    }
    return args.flag(index, "act", true) ? Kind.SILU : Kind.IDENTITY;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
