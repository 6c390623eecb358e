package io.yolo4j.runtime;

import io.yolo4j.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds the graph behind a pass, node by node, and keeps which old node became which new one. */
final class PlanRewriter {
  private final PlanGraph from;
  private final List<PlanNode> nodes = new ArrayList<>();
  private final int[] moved;

  PlanRewriter(PlanGraph from) {
    this.from = from;
    moved = new int[from.nodes().size()];
    Arrays.fill(moved, -1);
  }

  /** Adds the node as it is. */
  void copy(PlanNode node) {
    add(node, node.op(), node.inputs(), node.work());
  }

  /**
   * Adds a node in the place of an old one.
   *
   * @param old whose shape and path it has
   * @param inputs ids of old nodes, which must have their places
   */
  void add(PlanNode old, PlanOp op, List<Integer> inputs, List<Integer> work) {
    moved[old.id()] = append(op, places(inputs), old.shape(), work, old.path());
  }

  /** Adds a node that no old one stands for; inputs are new ids. Returns its id. */
  int append(PlanOp op, List<Integer> inputs, Shape shape, List<Integer> work, String path) {
    nodes.add(new PlanNode(nodes.size(), op, inputs, shape, work, path));
    return nodes.size() - 1;
  }

  /** Lets an old node's readers read a new one. */
  void move(PlanNode old, int place) {
    moved[old.id()] = place;
  }

  int place(int old) {
    if (moved[old] < 0) {
      throw new AssertionError("node " + from.node(old) + " was dropped, but is read");
    }
    return moved[old];
  }

  private List<Integer> places(List<Integer> inputs) {
    return inputs.stream().map(this::place).toList();
  }

  PlanGraph build() {
    return new PlanGraph(nodes, places(from.outputs()));
  }
}
