package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;

/**
 * The memory without which a network can't run: its weights, and the feature maps that live at the
 * same time at the worst moment. A runtime needs more: workspaces, and what its allocator keeps.
 *
 * @param weightBytes of all parameters and of the buffers that inference reads
 * @param mapBytes the largest sum of live feature maps; each lives from the step that writes it to
 *     the last that reads it, and a view lives in what it views
 */
public record Footprint(long weightBytes, long mapBytes) {
  /**
   * Returns the footprint of a network at its input's size.
   *
   * @param elementBytes bytes of an element of weights and feature maps
   * @throws ArithmeticException if it exceeds the range of long
   */
  public static Footprint of(Graph graph, int elementBytes) {
    long weights =
        graph.parameters().stream()
            .filter(p -> p.role() != ParameterRole.BATCH_COUNT && p.role() != ParameterRole.ANCHORS)
            .mapToLong(Parameter::elements)
            .sum();
    return new Footprint(
        Math.multiplyExact(weights, elementBytes),
        Math.multiplyExact(mostAlive(graph), elementBytes));
  }

  /** Returns the footprint of so many pictures at once: feature maps grow, weights don't. */
  public Footprint withBatch(int pictures) {
    return new Footprint(weightBytes, Math.multiplyExact(mapBytes, pictures));
  }

  /** Returns all bytes. */
  public long bytes() {
    return Math.addExact(weightBytes, mapBytes);
  }

  private static long mostAlive(Graph graph) {
    int count = graph.nodes().size();
    int[] buffer = new int[count];
    int[] last = new int[count];
    for (Node node : graph.nodes()) {
      int id = node.id();
      buffer[id] =
          node.op().isView() && !node.inputs().isEmpty() ? buffer[node.inputs().get(0)] : id;
      last[buffer[id]] = Math.max(last[buffer[id]], id);
      node.inputs().forEach(input -> last[buffer[input]] = id);
    }
    graph.outputs().forEach(output -> last[buffer[output]] = count);
    long alive = 0;
    long most = 0;
    for (Node node : graph.nodes()) {
      if (buffer[node.id()] == node.id()) {
        alive = Math.addExact(alive, node.shape().elements());
      }
      most = Math.max(most, alive);
      for (int id = 0; id <= node.id(); id++) {
        if (buffer[id] == id && last[id] == node.id()) {
          alive -= graph.node(id).shape().elements();
        }
      }
    }
    return most;
  }
}
