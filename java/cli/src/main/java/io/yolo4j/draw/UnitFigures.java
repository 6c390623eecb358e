package io.yolo4j.draw;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Parameter;
import io.yolo4j.profile.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Sums over the nodes of a box. */
final class UnitFigures {
  private final Graph graph;
  private final Map<String, Long> trainable;
  private final Map<Integer, List<Integer>> readers = new HashMap<>();

  UnitFigures(Graph graph) {
    this.graph = graph;
    trainable =
        graph.parameters().stream()
            .filter(parameter -> parameter.role().trainable())
            .collect(Collectors.toMap(Parameter::name, Parameter::elements));
    for (Node node : graph.nodes()) {
      node.inputs()
          .forEach(id -> readers.computeIfAbsent(id, key -> new ArrayList<>()).add(node.id()));
    }
  }

  /** Returns the figures of a box of these nodes. */
  Figures of(List<Node> nodes) {
    return new Figures(
        leaving(nodes).stream().map(id -> graph.node(id).shape()).toList(),
        nodes.stream()
            .flatMap(node -> node.parameters().stream())
            .distinct()
            .mapToLong(name -> trainable.getOrDefault(name, 0L))
            .sum(),
        nodes.stream().mapToLong(node -> graph.cost(node).flops()).sum(),
        category(nodes));
  }

  /** Returns the figures of an end of a line that carries a node's output. */
  Figures passing(Node node) {
    return new Figures(List.of(node.shape()), 0, 0, Category.of(node));
  }

  /** Returns ids of the nodes whose outputs others read, or the network gives. */
  List<Integer> leaving(List<Node> nodes) {
    Set<Integer> own = nodes.stream().map(Node::id).collect(Collectors.toCollection(HashSet::new));
    return own.stream()
        .filter(
            id ->
                graph.outputs().contains(id)
                    || readers.getOrDefault(id, List.of()).stream()
                        .anyMatch(reader -> !own.contains(reader)))
        .sorted()
        .toList();
  }

  /** The category with the most FLOPs; without any, the last node's. */
  private Category category(List<Node> nodes) {
    Map<Category, Long> flops = new EnumMap<>(Category.class);
    nodes.forEach(node -> flops.merge(Category.of(node), graph.cost(node).flops(), Long::sum));
    Map.Entry<Category, Long> most =
        flops.entrySet().stream().max(Comparator.comparingLong(Map.Entry::getValue)).orElseThrow();
    return most.getValue() > 0 ? most.getKey() : Category.of(nodes.get(nodes.size() - 1));
  }
}
