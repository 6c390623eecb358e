package io.yolo4j.graph;

import java.util.List;

/**
 * Element-wise product; the second input may have size 1 where the first has more (a channel's
 * scale). FLOPs: 1 per output element.
 */
public record Multiply() implements Op {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException("Multiply takes 2 inputs, got " + inputs.size());
    }
    Shape a = inputs.get(0);
    Shape b = inputs.get(1);
    boolean fits = a.rank() == b.rank();
    for (int i = 0; fits && i < a.rank(); i++) {
      fits = b.dim(i) == a.dim(i) || b.dim(i) == 1;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Multiply takes a second input that broadcasts to the first, got %s and %s"
              .formatted(a, b));
    }
    return a;
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return output.elements();
  }

  @Override
  public String text() {
    return "Multiply";
  }
}
