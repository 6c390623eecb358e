package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A squeeze and excite in a graph: x times the gate of two 1x1 convolutions of x's mean, an
 * activation between, none of which anything else reads.
 *
 * @param multiply the last node, which reads x first
 * @param pool the first node, which reads x
 * @param squeeze the first convolution
 * @param activation behind it
 * @param excite the second convolution
 * @param gate behind it
 */
public record SqueezeExcitePattern(
    Node multiply, Node pool, Node squeeze, Node activation, Node excite, Node gate) {
  private static final Set<Activation.Kind> BETWEEN =
      EnumSet.of(
          Activation.Kind.RELU,
          Activation.Kind.RELU6,
          Activation.Kind.SILU,
          Activation.Kind.HARDSWISH);
  private static final Set<Activation.Kind> GATES =
      EnumSet.of(Activation.Kind.HARDSIGMOID, Activation.Kind.SIGMOID);

  /** Returns the nodes between x and the multiplication, in order. */
  public List<Node> inner() {
    return List.of(pool, squeeze, activation, excite, gate);
  }

  /** Returns the channels between the convolutions. */
  public int squeezed() {
    return ((Conv2d) squeeze.op()).outputChannels();
  }

  /** Returns all of a graph, by the id of the last node. */
  public static Map<Integer, SqueezeExcitePattern> all(Graph graph) {
    Map<Integer, List<Node>> readers = new HashMap<>();
    for (Node node : graph.nodes()) {
      node.inputs().stream()
          .distinct()
          .forEach(id -> readers.computeIfAbsent(id, key -> new ArrayList<>()).add(node));
    }
    Map<Integer, SqueezeExcitePattern> found = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Multiply) {
        endingAt(graph, node, readers).ifPresent(pattern -> found.put(node.id(), pattern));
      }
    }
    return found;
  }

  private static Optional<SqueezeExcitePattern> endingAt(
      Graph graph, Node multiply, Map<Integer, List<Node>> readers) {
    Node[] chain = new Node[5];
    int id = multiply.inputs().get(1);
    for (int i = chain.length - 1; i >= 0; i--) {
      chain[i] = graph.node(id);
      if (readers.getOrDefault(id, List.of()).size() != 1
          || graph.outputs().contains(id)
          || !fits(i, chain[i].op())) {
        return Optional.empty();
      }
      id = chain[i].inputs().get(0);
    }
    return id == multiply.inputs().get(0)
        ? Optional.of(
            new SqueezeExcitePattern(multiply, chain[0], chain[1], chain[2], chain[3], chain[4]))
        : Optional.empty();
  }

  private static boolean fits(int place, Op op) {
    return switch (place) {
      case 0 -> op instanceof GlobalAveragePool;
      case 1, 3 -> op instanceof Conv2d conv && conv.isPointwise() && conv.bias();
      case 2 -> op instanceof Activation activation && BETWEEN.contains(activation.kind());
      default -> op instanceof Activation activation && GATES.contains(activation.kind());
    };
  }
}
