package io.yolo4j.graph;

import java.util.List;

/**
 * A border of zeros. FLOPs: 0.
 *
 * @param left columns before
 * @param right columns after
 * @param top rows above
 * @param bottom rows below
 */
public record ZeroPad(int left, int right, int top, int bottom) implements Op {
  /** Checks the attributes. */
  public ZeroPad {
    if (Math.min(Math.min(left, right), Math.min(top, bottom)) < 0) {
      throw new IllegalArgumentException(
          "padding must not be negative, got left %d, right %d, top %d, bottom %d"
              .formatted(left, right, top, bottom));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("ZeroPad", inputs);
    int height = ShapeRules.size("ZeroPad", (long) x.dim(2) + top + bottom);
    int width = ShapeRules.size("ZeroPad", (long) x.dim(3) + left + right);
    return Shape.of(x.dim(0), x.dim(1), height, width);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public String text() {
    return "ZeroPad left %d right %d top %d bottom %d".formatted(left, right, top, bottom);
  }
}
