package io.yolo4j.graph;

import java.util.List;

/**
 * A sequence back as a feature map with the rows and columns of the second input: [H·W,N,C],
 * [N,·,H,W] → [N,C,H,W]. A view.
 */
public record FromSequence() implements Op {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException("FromSequence takes 2 inputs, got " + inputs.size());
    }
    Shape sequence = inputs.get(0);
    Shape map = inputs.get(1);
    if (sequence.rank() != 3
        || map.rank() != 4
        || sequence.dim(0) != (long) map.dim(2) * map.dim(3)
        || sequence.dim(1) != map.dim(0)) {
      throw new IllegalArgumentException(
          "FromSequence takes [H·W,N,C] and a map [N,·,H,W], got %s and %s"
              .formatted(sequence, map));
    }
    return Shape.of(map.dim(0), sequence.dim(2), map.dim(2), map.dim(3));
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
    return "FromSequence";
  }
}
