package io.yolo4j.graph;

import java.util.List;

/** Element-wise sum of two tensors of equal shape. FLOPs: 1 per output element. */
public record Add() implements Op {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException("Add takes 2 inputs, got " + inputs.size());
    }
    Shape a = inputs.get(0);
    Shape b = inputs.get(1);
    if (!a.equals(b)) {
      throw new IllegalArgumentException(
          "Add takes inputs of equal shape, got %s and %s".formatted(a, b));
    }
    return a;
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return output.elements();
  }

  @Override
  public String text() {
    return "Add";
  }
}
