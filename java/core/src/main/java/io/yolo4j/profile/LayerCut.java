package io.yolo4j.profile;

import io.yolo4j.graph.Cost;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Cuts a network into the steps that run. */
public final class LayerCut {
  private final Graph graph;
  private final int backboneRows;
  private final int elementBytes;

  private LayerCut(Graph graph, int backboneRows, int elementBytes) {
    this.graph = graph;
    this.backboneRows = backboneRows;
    this.elementBytes = elementBytes;
  }

  /**
   * Returns the layers in the order in which they run; views that nobody works for are layers
   * without bytes.
   *
   * @param doneBy by node id, the node whose step does the work
   * @param backboneRows rows of the description that are its backbone
   * @param elementBytes bytes of an element of feature maps and weights
   */
  public static List<LayerWork> of(
      Graph graph, List<Integer> doneBy, int backboneRows, int elementBytes) {
    if (doneBy.size() != graph.nodes().size()) {
      throw new IllegalArgumentException(
          "doneBy must name a node for each of the %d, got %d"
              .formatted(graph.nodes().size(), doneBy.size()));
    }
    TreeMap<Integer, List<Node>> steps = new TreeMap<>();
    for (Node node : graph.nodes()) {
      steps.computeIfAbsent(doneBy.get(node.id()), key -> new ArrayList<>()).add(node);
    }
    LayerCut cut = new LayerCut(graph, backboneRows, elementBytes);
    List<LayerWork> all = new ArrayList<>();
    steps.forEach((id, members) -> all.add(cut.layer(graph.node(id), members)));
    return all;
  }

  private LayerWork layer(Node node, List<Node> members) {
    Set<Integer> inside = new LinkedHashSet<>();
    members.forEach(member -> inside.add(member.id()));
    Cost work = members.stream().map(graph::cost).reduce(Cost.ZERO, Cost::plus);
    boolean moves = work.elements() > 0;
    Node last = members.get(members.size() - 1);
    boolean alone = members.size() == 1;
    List<Long> inputs =
        moves
            ? members.stream()
                .flatMap(member -> member.inputs().stream())
                .distinct()
                .filter(id -> !inside.contains(id))
                .map(id -> bytes(graph.node(id).shape().elements()))
                .toList()
            : List.of();
    return new LayerWork(
        node.id(),
        List.copyOf(inside),
        node.modulePath(),
        alone ? node.op().text() : fused(members),
        category(node, members),
        part(node.modulePath()),
        last.shape(),
        work.flops(),
        inputs,
        bytes(work.weightElements()),
        moves ? bytes(alone ? work.outputElements() : leaving(members, inside)) : 0);
  }

  /** Elements that others read, or that are the network's. */
  private long leaving(List<Node> members, Set<Integer> inside) {
    return members.stream()
        .filter(
            member ->
                graph.outputs().contains(member.id())
                    || graph.nodes().stream()
                        .anyMatch(
                            reader ->
                                !inside.contains(reader.id())
                                    && reader.inputs().contains(member.id())))
        .mapToLong(member -> member.shape().elements())
        .sum();
  }

  private long bytes(long elements) {
    return Math.multiplyExact(elements, elementBytes);
  }

  private static String fused(List<Node> members) {
    return String.join(" + ", members.stream().map(member -> member.op().text()).toList());
  }

  private static Category category(Node node, List<Node> members) {
    return members.stream().anyMatch(member -> member.op() instanceof GlobalAveragePool)
        ? Category.SQUEEZE_EXCITE
        : Category.of(node);
  }

  /** Modules of rows are named {@code model.<row>}. */
  private Part part(String path) {
    String[] names = path.split("\\.", 3);
    if (names.length < 2) {
      return Part.BACKBONE;
    }
    int row = Integer.parseInt(names[1]);
    String head = graph.node(graph.outputs().get(0)).modulePath();
    if (path.equals(head) || path.startsWith(head + ".")) {
      return Part.HEAD;
    }
    return row < backboneRows ? Part.BACKBONE : Part.NECK;
  }
}
