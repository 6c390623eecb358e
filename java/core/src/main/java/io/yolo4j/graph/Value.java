package io.yolo4j.graph;

/**
 * The output of a node, while a graph is built.
 *
 * @param node the node's id
 * @param shape its shape at the nominal input size
 */
public record Value(int node, Shape shape) {
  /** Returns the channels of a feature map, dimension 1. */
  public int channels() {
    return shape.dim(1);
  }
}
