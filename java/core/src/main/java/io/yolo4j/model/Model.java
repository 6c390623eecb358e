package io.yolo4j.model;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import java.util.List;

/**
 * A description and the graph that it expands to.
 *
 * @param description what it was built from
 * @param graph the network, at a nominal input [1, 3, 256, 256]
 * @param rows the description's rows, expanded
 */
public record Model(ModelDescription description, Graph graph, List<ModelRow> rows) {
  /** Copies the list. */
  public Model {
    rows = List.copyOf(rows);
  }

  /** Builds the model of a description with the standard modules. */
  public static Model of(ModelDescription description) {
    return new ModelBuilder(ModuleRegistry.standard()).build(description);
  }

  /** Returns how to read the raw heads. */
  public DetectionHead head() {
    return graph.head().orElseThrow();
  }

  /** Returns the graph for a batch of images of that size. */
  public Graph graphFor(int images, int height, int width) {
    return graph.withInputs(Shape.of(images, 3, height, width));
  }

  /**
   * Returns the indices of the rows whose outputs later rows read, other than the next row alone;
   * the image is none of them.
   */
  public List<Integer> savedRows() {
    return rows.stream()
        .flatMap(
            row ->
                row.row().from().stream()
                    .filter(from -> from != -1)
                    .map(from -> absolute(row, from))
                    .filter(source -> source >= 0))
        .distinct()
        .sorted()
        .toList();
  }

  private static int absolute(ModelRow row, int from) {
    return from < 0 ? row.index() + from : from;
  }
}
