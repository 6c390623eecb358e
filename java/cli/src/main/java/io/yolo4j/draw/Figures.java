package io.yolo4j.draw;

import io.yolo4j.graph.Shape;
import io.yolo4j.profile.Category;
import java.util.List;

/**
 * What a box says about itself besides its name.
 *
 * @param outputs shapes of the tensors that leave it
 * @param parameters its trainable elements
 * @param flops its operations in our convention, at the drawing's picture size
 * @param category the kind of work that it mostly does
 */
public record Figures(List<Shape> outputs, long parameters, long flops, Category category) {
  /** Copies the list. */
  public Figures {
    outputs = List.copyOf(outputs);
  }
}
