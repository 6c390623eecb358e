package io.yolo4j.graph;

import java.util.List;

/**
 * Scales an input of a weighted sum: y = x·2·sigmoid(w[index]). FLOPs: 1 per element.
 *
 * @param index which weight
 * @param weights number of weights, the size of w
 */
public record LearnedScale(int index, int weights) implements Op {
  /** Checks the attributes. */
  public LearnedScale {
    if (index < 0 || index >= weights) {
      throw new IllegalArgumentException(
          "index of a learned scale must lie in [0, %d), got %d".formatted(weights, index));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return ShapeRules.single("LearnedScale", inputs);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return output.elements();
  }

  @Override
  public List<ParameterSlot> parameterSlots() {
    return List.of(new ParameterSlot("w", Shape.of(weights), ParameterRole.SCALE));
  }

  @Override
  public String text() {
    return "LearnedScale " + index + " of " + weights;
  }
}
