package io.yolo4j.graph;

/**
 * A stored tensor of a network.
 *
 * @param name its full name in PyTorch's state dictionary, for example {@code model.0.conv.weight}
 * @param shape its shape
 * @param role what it is to its module
 */
public record Parameter(String name, Shape shape, ParameterRole role) {
  /** Returns the number of elements. */
  public long elements() {
    return shape.elements();
  }
}
