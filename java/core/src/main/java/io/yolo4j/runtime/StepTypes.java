package io.yolo4j.runtime;

import io.yolo4j.kernels.ElementType;
import java.util.Collections;
import java.util.List;

/**
 * The numbers that a node's step works with.
 *
 * @param operands what it multiplies: a convolution's feature maps
 * @param weights of its parameters as they are read
 * @param output of what it writes
 */
public record StepTypes(ElementType operands, ElementType weights, ElementType output) {
  /** Returns the types of a step that works with one type alone. */
  public static StepTypes of(ElementType type) {
    return new StepTypes(type, type, type);
  }

  /** Returns the types of a network that works with one type alone. */
  public static List<StepTypes> all(int nodes, ElementType type) {
    return Collections.nCopies(nodes, of(type));
  }
}
