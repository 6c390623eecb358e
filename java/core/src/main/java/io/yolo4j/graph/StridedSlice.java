package io.yolo4j.graph;

import java.util.List;

/**
 * Every step-th row and column from an offset on: [N,C,H,W] → [N,C,⌈(H − row)/step⌉,⌈(W −
 * column)/step⌉]. A view.
 *
 * @param row first row
 * @param column first column
 * @param step distance between rows and between columns
 */
public record StridedSlice(int row, int column, int step) implements Op {
  /** Checks the attributes. */
  public StridedSlice {
    ShapeRules.positive("step of a strided slice", step);
    if (row < 0 || column < 0) {
      throw new IllegalArgumentException(
          "offsets of a strided slice must not be negative, got %d, %d".formatted(row, column));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("StridedSlice", inputs);
    if (row >= x.dim(2) || column >= x.dim(3)) {
      throw new IllegalArgumentException(
          "StridedSlice from row %d, column %d leaves nothing of input %s"
              .formatted(row, column, x));
    }
    int rows = (x.dim(2) - row - 1) / step + 1;
    int columns = (x.dim(3) - column - 1) / step + 1;
    return Shape.of(x.dim(0), x.dim(1), rows, columns);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public String text() {
    return "StridedSlice [%d::%d, %d::%d]".formatted(row, step, column, step);
  }
}
