package io.yolo4j.graph;

import java.util.List;

/**
 * An input of the network. FLOPs: 0, and no bytes: whoever fills it counts them.
 *
 * @param shape the nominal shape; {@link Graph#withInputs} changes it
 */
public record Input(Shape shape) implements Op {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (!inputs.isEmpty()) {
      throw new IllegalArgumentException("Input takes no inputs, got " + inputs);
    }
    return shape;
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
    return "Input";
  }
}
