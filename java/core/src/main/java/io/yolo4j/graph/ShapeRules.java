package io.yolo4j.graph;

import java.util.List;

/** Checks that shape rules share. */
final class ShapeRules {
  private ShapeRules() {}

  static Shape single(String operation, List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "%s takes 1 input, got %d".formatted(operation, inputs.size()));
    }
    return inputs.get(0);
  }

  /** Returns the single input, which must be a feature map [N, C, H, W]. */
  static Shape featureMap(String operation, List<Shape> inputs) {
    Shape input = single(operation, inputs);
    if (input.rank() != 4) {
      throw new IllegalArgumentException(
          "%s takes a feature map [N,C,H,W], got %s".formatted(operation, input));
    }
    return input;
  }

  /** Returns the feature map, whose dimension 1 must be the given number of channels. */
  static Shape channels(String operation, List<Shape> inputs, int channels) {
    Shape input = featureMap(operation, inputs);
    if (input.dim(1) != channels) {
      throw new IllegalArgumentException(
          "%s expects %d input channels, got %d (input %s)"
              .formatted(operation, channels, input.dim(1), input));
    }
    return input;
  }

  /**
   * Output size of a sliding window: ⌊(size + padding − dilatedKernel) / stride⌋ + 1.
   *
   * @param padding on both sides together
   * @param dilatedKernel pixels that the kernel spans
   */
  static int window(String operation, int size, long padding, long dilatedKernel, int stride) {
    long span = size + padding - dilatedKernel;
    if (span < 0) {
      throw new IllegalArgumentException(
          "%s: the kernel spans %d pixels, the padded input only %d"
              .formatted(operation, dilatedKernel, size + padding));
    }
    return size(operation, span / stride + 1);
  }

  /** Returns a size of the output, which was computed without overflow. */
  static int size(String operation, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s: a dimension of the output must fit 31 bits, got %d".formatted(operation, size));
    }
    return (int) size;
  }

  static void positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(what, value));
    }
  }
}
