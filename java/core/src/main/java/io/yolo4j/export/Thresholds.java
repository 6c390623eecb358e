package io.yolo4j.export;

/**
 * What becomes a detection: written into the network when its output is suppressed.
 *
 * @param confidence objectness · class probability must be greater; 0 to 1
 * @param iou a box is dropped when its IoU with a better one is greater; 0 to 1
 * @param maxDetections at most so many boxes are kept
 * @param agnostic suppress across classes instead of within a class
 */
public record Thresholds(double confidence, double iou, int maxDetections, boolean agnostic) {
  /** Checks the values. */
  public Thresholds {
    if (!(confidence >= 0 && confidence <= 1) || !(iou >= 0 && iou <= 1)) {
      throw new IllegalArgumentException(
          "confidence and IoU thresholds must lie in 0 to 1, got %s and %s"
              .formatted(confidence, iou));
    }
    if (maxDetections < 1) {
      throw new IllegalArgumentException("at least 1 detection must be kept, got " + maxDetections);
    }
  }

  /** Returns the defaults of detection: confidence 0.25, IoU 0.45, at most 1000, within classes. */
  public static Thresholds detection() {
    return new Thresholds(0.25, 0.45, 1000, false);
  }
}
