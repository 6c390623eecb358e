package io.yolo4j.model;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Cost;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.ThopCounter;
import java.util.Set;

/**
 * The figures of a model: counts of modules and parameters, FLOPs in the conventions of the Python
 * reference and in our own.
 *
 * @param model the model
 * @param height image height in pixels
 * @param width image width in pixels
 * @param fused whether batch norms are folded
 * @param layers modules including containers and the model itself, each object once
 * @param parameters trainable elements
 * @param gradients elements that training would update; 0 once fused
 * @param profileSize side of the image at which the reference counts before it scales the sum with
 *     the area
 * @param multiplyAdds what thop 0.0.31 counts at {@code profileSize}
 * @param multiplyAddsNew what thop 0.1.1 counts at {@code profileSize}
 * @param cost our own count, at the image's real size, batch 1
 */
public record ModelSummary(
    Model model,
    int height,
    int width,
    boolean fused,
    int layers,
    long parameters,
    long gradients,
    int profileSize,
    long multiplyAdds,
    long multiplyAddsNew,
    Cost cost) {

  // The Python reference folds these two classes only, which its printed figures show.
  private static final Set<String> FOLDED_BY_REFERENCE = Set.of("Conv", "DWConv");

  /**
   * Counts a model; folded as the Python reference folds if asked for, and completely in our own
   * count.
   */
  public static ModelSummary of(Model model, int height, int width, boolean fused) {
    Graph graph = model.graph();
    Graph counted = fused ? foldedAsReference(graph) : graph;
    Graph ours = fused ? BatchNormFolding.all(graph).graph() : graph;
    int size = ThopCounter.side(model.head());
    Graph small = counted.withInputs(Shape.of(1, 3, size, size));
    long parameters = counted.root().trainableElements();
    return new ModelSummary(
        model,
        height,
        width,
        fused,
        counted.root().moduleCount(),
        parameters,
        fused ? 0 : parameters,
        size,
        ThopCounter.V0_0_31.multiplyAdds(small),
        ThopCounter.V0_1_1.multiplyAdds(small),
        ours.withInputs(Shape.of(1, 3, height, width)).cost());
  }

  /** Returns the graph with the batch norms folded that the Python reference folds. */
  public static Graph foldedAsReference(Graph graph) {
    return foldingOfReference(graph).graph();
  }

  /** Returns which batch norms the Python reference folds: those in its own Conv and DWConv. */
  public static BatchNormFolding foldingOfReference(Graph graph) {
    return BatchNormFolding.where(graph, FOLDED_BY_REFERENCE::contains);
  }

  /** Returns the reference's figure: twice the multiply-adds, scaled with the image's area. */
  public double gigaFlops(ThopCounter counter) {
    long counted = counter == ThopCounter.V0_0_31 ? multiplyAdds : multiplyAddsNew;
    return ThopCounter.gigaFlops(counted, profileSize, height, width);
  }
}
