package io.yolo4j.graph;

import java.util.List;

/**
 * 2-D max-pooling; padding counts as −∞. FLOPs: kernel² per output element.
 *
 * @param kernel side of the window
 * @param stride step
 * @param padding on every side, at most half the kernel
 */
public record MaxPool(int kernel, int stride, int padding) implements Op {
  /** Checks the attributes. */
  public MaxPool {
    ShapeRules.positive("kernel of a max-pool", kernel);
    ShapeRules.positive("stride of a max-pool", stride);
    if (padding < 0 || padding > kernel / 2) {
      throw new IllegalArgumentException(
          "padding of a max-pool must lie in [0, kernel / 2], got %d for kernel %d"
              .formatted(padding, kernel));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("MaxPool", inputs);
    int height = ShapeRules.window("MaxPool", x.dim(2), 2L * padding, kernel, stride);
    int width = ShapeRules.window("MaxPool", x.dim(3), 2L * padding, kernel, stride);
    return Shape.of(x.dim(0), x.dim(1), height, width);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return (long) kernel * kernel * output.elements();
  }

  @Override
  public String text() {
    return "MaxPool k" + kernel + " s" + stride + " p" + padding;
  }
}
