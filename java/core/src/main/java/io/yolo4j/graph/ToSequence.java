package io.yolo4j.graph;

import java.util.List;

/** A feature map as a sequence of its cells, row by row: [N,C,H,W] → [H·W,N,C]. A view. */
public record ToSequence() implements Op {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("ToSequence", inputs);
    return Shape.of(ShapeRules.size("ToSequence", (long) x.dim(2) * x.dim(3)), x.dim(0), x.dim(1));
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
    return "ToSequence";
  }
}
