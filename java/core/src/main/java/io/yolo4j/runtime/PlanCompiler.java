package io.yolo4j.runtime;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.weights.FoldedState;
import io.yolo4j.weights.StateDict;

/** Folds a network once and compiles it for each size of picture that is asked for. */
final class PlanCompiler {
  private final Graph graph;
  private final DetectionHead head;
  private final PlanWeights weights;
  private final PlanOptions options;

  PlanCompiler(Graph graph, StateDict state, PlanOptions options) {
    head = graph.requireHead();
    BatchNormFolding folding = BatchNormFolding.all(graph);
    this.graph = folding.graph();
    weights = new PlanWeights(FoldedState.of(state, folding));
    this.options = options;
  }

  /** Returns the network that plans run: batch norms folded. */
  Graph graph() {
    return graph;
  }

  DetectionHead head() {
    return head;
  }

  /** Returns the plan's graph for pictures of a size, after all passes. */
  static PlanGraph optimized(Graph folded) {
    PlanGraph plan = Lowering.of(folded);
    plan = ActivationFusion.apply(plan);
    plan = ResidualFusion.apply(plan);
    plan = ChannelViews.apply(SiblingMerge.apply(plan));
    return PixelBlocks.apply(FocusBlocks.apply(plan));
  }

  /**
   * Finds out what plans don't know before the first picture does.
   *
   * @throws UnsupportedOperationException if there is such an operation
   */
  void check() {
    Placement.of(optimized(graph), options.precision().elementType());
  }

  /** Compiles for a batch. */
  CompiledPlan compile(int images, int height, int width) {
    Graph sized = graph.withInputs(Shape.of(images, ImageBatch.CHANNELS, height, width));
    PlanLayout layout = Placement.of(optimized(sized), options.precision().elementType());
    return new CompiledPlan(layout, weights, options);
  }
}
