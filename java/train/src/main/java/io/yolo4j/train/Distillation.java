package io.yolo4j.train;

import java.nio.file.Path;

/**
 * A teacher that a training learns from beside the labels, and how much.
 *
 * @param teacher a model file with the student's classes, strides and anchors
 * @param outputWeight weight of the raw heads' loss, at least 0; see {@link
 *     io.yolo4j.loss.DistillationLoss#outputs}
 * @param featureWeight weight of the loss of the maps that the heads read, at least 0; see {@link
 *     io.yolo4j.loss.DistillationLoss#features}. 1×1 convolutions that are trained beside the
 *     student, and thrown away after, give its maps the teacher's channels
 */
public record Distillation(Path teacher, double outputWeight, double featureWeight) {
  /** Weight of the outputs, if nothing else is said. */
  public static final double OUTPUT_WEIGHT = 1;

  /** Weight of the features, if nothing else is said. */
  public static final double FEATURE_WEIGHT = 0.1;

  /** Checks the weights. */
  public Distillation {
    require("outputs", outputWeight);
    require("features", featureWeight);
    if (outputWeight == 0 && featureWeight == 0) {
      throw new IllegalArgumentException(
          "a teacher needs a weight above 0 for its outputs or its features, got 0 for both");
    }
  }

  private static void require(String what, double weight) {
    if (!(weight >= 0 && Double.isFinite(weight))) {
      throw new IllegalArgumentException(
          "the weight of a teacher's %s must be at least 0 and finite, got %s"
              .formatted(what, weight));
    }
  }
}
