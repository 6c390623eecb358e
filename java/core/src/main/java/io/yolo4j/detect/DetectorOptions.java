package io.yolo4j.detect;

import io.yolo4j.runtime.PlanOptions;

/**
 * How a {@link Detector} works.
 *
 * @param prediction size, confidence, suppression, tiling
 * @param modelThresholds whether thresholds and size that the model's file holds go before those of
 *     {@code prediction}: until {@link #withPrediction} says otherwise
 * @param plan precision and threads of a picture; its {@code leastObjectness} is the lowest
 *     confidence of the prediction, whatever it holds
 * @param parallel how many pictures may be worked on at once, 1 or more; each has its own memory to
 *     run in and as many threads as the plan says. One picture with all processors has the shortest
 *     wait; as many as there are processors with one thread each get through the most pictures.
 */
public record DetectorOptions(
    PredictorOptions prediction, boolean modelThresholds, PlanOptions plan, int parallel) {
  /** Checks the number. */
  public DetectorOptions {
    if (parallel < 1) {
      throw new IllegalArgumentException(
          "at least 1 picture must be worked on at once, got " + parallel);
    }
  }

  /**
   * Returns the defaults: the thresholds and the picture size of the model's file, where it has
   * none those of {@link PredictorOptions}; those of {@link PlanOptions}; one picture.
   */
  public static DetectorOptions defaults() {
    return new DetectorOptions(PredictorOptions.defaults(), true, PlanOptions.defaults(), 1);
  }

  /**
   * Returns options with others for the prediction, whatever thresholds and size the model's file
   * holds; to change some of those start from {@link LoadedModel#prediction()}.
   */
  public DetectorOptions withPrediction(PredictorOptions other) {
    return new DetectorOptions(other, false, plan, parallel);
  }

  /** Returns options with others for the plan. */
  public DetectorOptions withPlan(PlanOptions other) {
    return new DetectorOptions(prediction, modelThresholds, other, parallel);
  }

  /** Returns options for so many pictures at once. */
  public DetectorOptions withParallel(int pictures) {
    return new DetectorOptions(prediction, modelThresholds, plan, pictures);
  }
}
