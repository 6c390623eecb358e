package io.yolo4j.graph;

import java.util.List;

/**
 * A parameter or buffer that an operation reads.
 *
 * @param name its name inside its module, for example {@code running_mean}
 * @param shape its shape
 * @param role what it is to the module
 */
public record ParameterSlot(String name, Shape shape, ParameterRole role) {
  /** The slots of a convolution or linear layer: {@code weight} and perhaps {@code bias}. */
  static List<ParameterSlot> weightAndBias(Shape weight, int outputs, boolean bias) {
    ParameterSlot first = new ParameterSlot("weight", weight, ParameterRole.WEIGHT);
    return bias
        ? List.of(first, new ParameterSlot("bias", Shape.of(outputs), ParameterRole.BIAS))
        : List.of(first);
  }
}
