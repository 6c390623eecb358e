package io.yolo4j.profile;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.ThopCounter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A network's work as a {@link Convention} counts it, for one picture.
 *
 * @param convention the rule
 * @param arithmetic in {@link Convention#unit()}; a whole number but in YOLOv5's convention, whose
 *     scaling with the area is done in floating point as in the original
 * @param bytes empty where the convention counts none
 * @param byNode arithmetic by node id; empty where the convention counts whole networks only
 */
public record WorkCount(
    Convention convention, double arithmetic, OptionalLong bytes, List<Long> byNode) {
  /** Copies the list. */
  public WorkCount {
    byNode = List.copyOf(byNode);
  }

  /**
   * Counts a network as it runs, at its input's size.
   *
   * @param graph for one picture, with a detection head
   * @param elementBytes bytes of an element; of meaning to our own convention alone
   * @throws IllegalArgumentException if the convention has no rule for a module
   */
  public static WorkCount of(Convention convention, Graph graph, int elementBytes) {
    return switch (convention) {
      case OURS ->
          whole(
              convention,
              graph.nodes().stream().map(node -> graph.cost(node).flops()).toList(),
              OptionalLong.of(elementBytes * graph.cost().elements()));
      case TORCHINFO -> torchinfo(graph);
      case THOP_0_0_31 -> thop(convention, ThopCounter.V0_0_31, graph);
      case THOP_0_1_1 -> thop(convention, ThopCounter.V0_1_1, graph);
      case YOLOV5 -> yolov5(graph);
    };
  }

  /**
   * Counts a measured network: in our own convention what its profile says, whose bytes are those
   * of the steps that ran, else as {@link #of(Convention, Graph, int)}.
   *
   * @param graph as the executor runs it
   */
  public static WorkCount of(Convention convention, Graph graph, Profile profile) {
    Graph sized = graph.withInputs(Shape.of(1, 3, profile.height(), profile.width()));
    WorkCount count = of(convention, sized, profile.type().bytes());
    return convention == Convention.OURS
        ? new WorkCount(
            convention, profile.flops(), OptionalLong.of(profile.bytes()), count.byNode())
        : count;
  }

  /** Returns the arithmetic of a step; empty where the convention counts whole networks only. */
  public OptionalLong of(LayerWork work) {
    return byNode.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(work.nodes().stream().mapToLong(byNode::get).sum());
  }

  /** Returns who counts what, for people. */
  public String text() {
    return convention + " counts " + totals();
  }

  /** Returns the totals for people, whole numbers to the digit. */
  public String totals() {
    String total =
        convention == Convention.YOLOV5
            ? String.format(Locale.ROOT, "%.1f", arithmetic)
            : String.format(Locale.ROOT, "%,.0f", arithmetic);
    return "%s %s%s"
        .formatted(
            total,
            convention.unit(),
            bytes.isPresent()
                ? String.format(
                    Locale.ROOT, ", %,d bytes (%s)", bytes.getAsLong(), convention.bytesText())
                : "");
  }

  private static WorkCount thop(Convention convention, ThopCounter counter, Graph graph) {
    return whole(
        convention,
        graph.nodes().stream().map(counter::multiplyAdds).toList(),
        OptionalLong.empty());
  }

  private static WorkCount whole(Convention convention, List<Long> byNode, OptionalLong bytes) {
    return new WorkCount(
        convention, byNode.stream().mapToLong(Long::longValue).sum(), bytes, byNode);
  }

  private static WorkCount torchinfo(Graph graph) {
    TorchinfoTable table = TorchinfoTable.of(graph);
    Map<String, Deque<Long>> calls = new HashMap<>();
    for (TorchinfoRow row : table.rows()) {
      if (row.multiplyAdds().orElse(0) > 0) {
        calls
            .computeIfAbsent(row.path(), path -> new ArrayDeque<>())
            .add(row.multiplyAdds().getAsLong());
      }
    }
    List<Long> byNode = graph.nodes().stream().map(node -> next(calls, node)).toList();
    WorkCount count =
        whole(Convention.TORCHINFO, byNode, OptionalLong.of(table.estimatedTotalBytes()));
    if (count.arithmetic != table.multiplyAdds()) {
      throw new IllegalStateException(
          "nodes must have all of torchinfo's %d multiply-adds, got %.0f"
              .formatted(table.multiplyAdds(), count.arithmetic));
    }
    return count;
  }

  /** The next call of the node's module; operations without parameters count nothing. */
  private static long next(Map<String, Deque<Long>> calls, Node node) {
    Deque<Long> left = calls.get(node.modulePath());
    return node.parameters().isEmpty() || left == null || left.isEmpty() ? 0 : left.remove();
  }

  private static WorkCount yolov5(Graph graph) {
    DetectionHead head = graph.requireHead();
    Shape picture = graph.inputs().get(0).shape();
    int side = ThopCounter.side(head);
    long counted = ThopCounter.V0_0_31.multiplyAdds(graph.withInputs(Shape.of(1, 3, side, side)));
    return new WorkCount(
        Convention.YOLOV5,
        ThopCounter.gigaFlops(counted, side, picture.dim(2), picture.dim(3)),
        OptionalLong.empty(),
        List.of());
  }
}
