package io.yolo4j.graph;

import java.util.List;

/** Mean over rows and columns: [N,C,H,W] → [N,C,1,1]. FLOPs: 1 per input element. */
public record GlobalAveragePool() implements Op {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.featureMap("GlobalAveragePool", inputs);
    return Shape.of(x.dim(0), x.dim(1), 1, 1);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return inputs.get(0).elements();
  }

  @Override
  public String text() {
    return "GlobalAveragePool";
  }
}
