package io.yolo4j.runtime;

import io.yolo4j.graph.Shape;
import java.util.List;

/**
 * A node of a plan's graph.
 *
 * @param id its place in execution order
 * @param op what it does
 * @param inputs ids of the nodes that it reads, all smaller than its own
 * @param shape [N,C,H,W] of what it gives
 * @param work ids of the graph's nodes whose work it does; the one that stands for all first
 * @param path the module that it came from
 */
record PlanNode(
    int id, PlanOp op, List<Integer> inputs, Shape shape, List<Integer> work, String path) {
  PlanNode {
    inputs = List.copyOf(inputs);
    work = List.copyOf(work);
  }

  int channels() {
    return shape.dim(1);
  }
}
