package io.yolo4j.graph;

import java.util.List;

/**
 * Joins tensors along a dimension. FLOPs: 0.
 *
 * @param dim the dimension; negative counts from the end
 */
public record Concat(int dim) implements Op {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("Concat takes at least 1 input, got 0");
    }
    Shape first = inputs.get(0);
    if (dim < -first.rank() || dim >= first.rank()) {
      throw new IllegalArgumentException(
          "Concat: dimension %d must be one of those of the inputs, got %s".formatted(dim, inputs));
    }
    long total = 0;
    for (Shape input : inputs) {
      if (input.rank() != first.rank() || !input.withDim(dim, 0).equals(first.withDim(dim, 0))) {
        throw new IllegalArgumentException(
            "Concat inputs must agree in all dimensions but %d, got %s".formatted(dim, inputs));
      }
      total += input.dim(dim);
    }
    return first.withDim(dim, ShapeRules.size("Concat", total));
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 0;
  }

  @Override
  public String text() {
    return "Concat dim " + dim;
  }
}
