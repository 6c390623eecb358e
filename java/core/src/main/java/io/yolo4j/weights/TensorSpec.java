package io.yolo4j.weights;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import java.util.List;

/**
 * A tensor that a model needs.
 *
 * @param name PyTorch's, for example {@code model.0.conv.weight}
 * @param shape its dimensions
 */
public record TensorSpec(String name, Shape shape) {
  /** Returns the tensors of a network, parameters and buffers, in the graph's order. */
  public static List<TensorSpec> of(Graph graph) {
    return graph.parameters().stream().map(p -> new TensorSpec(p.name(), p.shape())).toList();
  }
}
