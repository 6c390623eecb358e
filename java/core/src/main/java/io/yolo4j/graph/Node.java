package io.yolo4j.graph;

import java.util.List;

/**
 * One operation of a graph.
 *
 * @param id its place in execution order
 * @param op what it does
 * @param inputs ids of the nodes whose outputs it reads, all smaller than its own
 * @param shape its output's shape
 * @param modulePath the module it came from, for example {@code model.9.cv1.conv}; empty for the
 *     root
 * @param moduleType that module's type, for example {@code Conv2d}
 * @param parameters full names of its parameters, in the order of {@link Op#parameterSlots()}
 */
public record Node(
    int id,
    Op op,
    List<Integer> inputs,
    Shape shape,
    String modulePath,
    String moduleType,
    List<String> parameters) {

  /** Checks the references and copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    parameters = List.copyOf(parameters);
    for (int input : inputs) {
      if (input < 0 || input >= id) {
        throw new IllegalArgumentException(
            "node %d (%s) must read earlier nodes, got input %d".formatted(id, modulePath, input));
      }
    }
    if (parameters.size() != op.parameterSlots().size()) {
      throw new IllegalArgumentException(
          "node %d (%s) must name %d parameters, got %s"
              .formatted(id, modulePath, op.parameterSlots().size(), parameters));
    }
  }
}
