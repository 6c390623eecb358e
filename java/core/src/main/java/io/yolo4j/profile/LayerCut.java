package io.yolo4j.profile;

import io.yolo4j.graph.Cost;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.StepTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Cuts a network into the steps that run. */
public final class LayerCut {
  private final Graph graph;
  private final int backboneRows;
  private final List<StepTypes> types;

  private LayerCut(Graph graph, int backboneRows, List<StepTypes> types) {
    this.graph = graph;
    this.backboneRows = backboneRows;
    this.types = types;
  }

  /**
   * Returns the layers in the order in which they run; views that nobody works for are layers
   * without bytes.
   *
   * @param doneBy by node id, the node whose step does the work
   * @param backboneRows rows of the description that are its backbone
   * @param types by node id, of its numbers
   */
  public static List<LayerWork> of(
      Graph graph, List<Integer> doneBy, int backboneRows, List<StepTypes> types) {
    int nodes = graph.nodes().size();
    if (doneBy.size() != nodes || types.size() != nodes) {
      throw new IllegalArgumentException(
          "doneBy must name a node and types must be given for each of the %d, got %d and %d"
              .formatted(nodes, doneBy.size(), types.size()));
    }
    TreeMap<Integer, List<Node>> steps = new TreeMap<>();
    for (Node node : graph.nodes()) {
      steps.computeIfAbsent(doneBy.get(node.id()), key -> new ArrayList<>()).add(node);
    }
    LayerCut cut = new LayerCut(graph, backboneRows, types);
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
                .map(this::written)
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
        members.stream().mapToLong(this::weights).sum(),
        moves
            ? alone
                ? bytes(work.outputElements(), types.get(node.id()).output())
                : leaving(members, inside)
            : 0,
        operands(members));
  }

  private long weights(Node node) {
    return bytes(graph.cost(node).weightElements(), types.get(node.id()).weights());
  }

  private long written(int id) {
    return bytes(graph.node(id).shape().elements(), types.get(id).output());
  }

  /** The type of the arithmetic: that of the member that has most of it. */
  private ElementType operands(List<Node> members) {
    Node most =
        members.stream()
            .max(Comparator.comparingLong(member -> graph.cost(member).flops()))
            .orElseThrow();
    return types.get(most.id()).operands();
  }

  /** Bytes that others read, or that are the network's. */
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
        .mapToLong(member -> written(member.id()))
        .sum();
  }

  private static long bytes(long elements, ElementType type) {
    return Math.multiplyExact(elements, type.bytes());
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
