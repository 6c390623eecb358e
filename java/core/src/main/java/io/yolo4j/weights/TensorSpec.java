package io.yolo4j.weights;

import io.yolo4j.graph.Shape;

/**
 * A tensor that a model needs.
 *
 * @param name PyTorch's, for example {@code model.0.conv.weight}
 * @param shape its dimensions
 */
public record TensorSpec(String name, Shape shape) {}
