package io.yolo4j.cli;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.ModelSummary;
import java.util.Locale;

/** Which batch norms are folded into the convolutions before them. */
enum Folding {
  /** Every one that can be. */
  ALL,
  /** Those that the Python reference folds: its own Conv's and DWConv's. */
  YOLOV5,
  /** None. */
  NONE;

  BatchNormFolding of(Graph graph) {
    return switch (this) {
      case ALL -> BatchNormFolding.all(graph);
      case YOLOV5 -> ModelSummary.foldingOfReference(graph);
      case NONE -> BatchNormFolding.where(graph, parentType -> false);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
