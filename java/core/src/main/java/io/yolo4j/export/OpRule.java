package io.yolo4j.export;

import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import java.util.List;

/** Writes one operation of a graph as ONNX nodes. */
@FunctionalInterface
interface OpRule<T extends Op> {
  /**
   * Adds the nodes.
   *
   * @param op the node's operation
   * @param node where it stands
   * @param inputs names of the values that it reads
   * @return the name of the value that it gives
   */
  String write(T op, Node node, List<String> inputs, OnnxBuilder out);
}
