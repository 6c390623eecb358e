package io.yolo4j.graph;

import java.util.List;

/**
 * Matrix product over the last dimension: x [..., I], weight [O, I], bias [O] or none → y [..., O].
 * FLOPs: 2·I per output element, plus one for the bias.
 *
 * @param inputFeatures I
 * @param outputFeatures O
 * @param bias whether a bias is added
 */
public record Linear(int inputFeatures, int outputFeatures, boolean bias) implements Op {
  /** Checks the attributes. */
  public Linear {
    ShapeRules.positive("input features of a linear layer", inputFeatures);
    ShapeRules.positive("output features of a linear layer", outputFeatures);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.single("Linear", inputs);
    if (x.rank() < 1 || x.dim(-1) != inputFeatures) {
      throw new IllegalArgumentException(
          "Linear expects %d features in the last dimension, got %s".formatted(inputFeatures, x));
    }
    return x.withDim(-1, outputFeatures);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return output.elements() * (2L * inputFeatures + (bias ? 1 : 0));
  }

  @Override
  public List<ParameterSlot> parameterSlots() {
    Shape weight = Shape.of(outputFeatures, inputFeatures);
    return ParameterSlot.weightAndBias(weight, outputFeatures, bias);
  }

  @Override
  public String text() {
    return "Linear " + inputFeatures + "→" + outputFeatures + (bias ? " bias" : "");
  }
}
