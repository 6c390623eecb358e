package io.yolo4j.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * A network on its way to a plan. Passes are functions from one to the next; each has a class of
 * its own.
 *
 * @param nodes in execution order; the id of each is its index
 * @param outputs ids of the nodes that give the raw heads, one a level, [N, anchors·outputs, H, W];
 *     of a head whose boxes and classes are apart, the classes' node, whose second input is the
 *     boxes'
 */
record PlanGraph(List<PlanNode> nodes, List<Integer> outputs) {
  PlanGraph {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    for (int i = 0; i < nodes.size(); i++) {
      PlanNode node = nodes.get(i);
      int id = i;
      if (node.id() != id || node.inputs().stream().anyMatch(input -> input < 0 || input >= id)) {
        throw new AssertionError("node " + i + " of a plan must read earlier ones, got " + node);
      }
    }
  }

  PlanNode node(int id) {
    return nodes.get(id);
  }

  /** Returns the nodes that read each node; one that reads it twice stands there twice. */
  List<List<PlanNode>> readers() {
    List<List<PlanNode>> readers = new ArrayList<>();
    nodes.forEach(node -> readers.add(new ArrayList<>()));
    nodes.forEach(node -> node.inputs().forEach(input -> readers.get(input).add(node)));
    return readers;
  }

  /**
   * Returns a name that a node has at every size of picture, and whether or not heads are split:
   * its module's path, and which of the path's nodes it is from the second one on. Of nodes that
   * make values, not of those that pass them on, nor of class scores.
   */
  String name(PlanNode node) {
    long before =
        nodes.subList(0, node.id()).stream()
            .filter(other -> !NumberTypes.passesOn(other) && other.path().equals(node.path()))
            .filter(other -> !(other.op() instanceof PlanOp.ClassScores))
            .count();
    return before == 0 ? node.path() : node.path() + "#" + (before + 1);
  }

  boolean isOutput(PlanNode node) {
    return outputs.contains(node.id())
        || outputs.stream()
            .map(this::node)
            .anyMatch(
                output ->
                    output.op() instanceof PlanOp.ClassScores
                        && output.inputs().get(1) == node.id());
  }

  /** Returns one line a node, for tests and for people. */
  String toText() {
    StringBuilder text = new StringBuilder();
    for (PlanNode node : nodes) {
      text.append(
          "%%%d = %s(%s) %s  # %s\n"
              .formatted(
                  node.id(),
                  node.op().text(),
                  String.join(", ", node.inputs().stream().map(id -> "%" + id).toList()),
                  node.shape(),
                  node.path()));
    }
    return text.append("return ")
        .append(String.join(", ", outputs.stream().map(id -> "%" + id).toList()))
        .append('\n')
        .toString();
  }
}
