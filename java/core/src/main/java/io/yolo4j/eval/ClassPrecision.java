package io.yolo4j.eval;

import java.util.List;

/**
 * The measures of one class that has labels.
 *
 * @param classId its index
 * @param labels number of labels
 * @param precision at the confidence of the best mean F1, IoU at the first threshold
 * @param recall at that confidence
 * @param f1 at that confidence
 * @param averagePrecisions one per IoU threshold
 */
public record ClassPrecision(
    int classId,
    int labels,
    double precision,
    double recall,
    double f1,
    List<Double> averagePrecisions) {
  /** Copies the list. */
  public ClassPrecision {
    averagePrecisions = List.copyOf(averagePrecisions);
  }

  /** Returns the average precision at the first threshold, IoU 0.5. */
  public double ap50() {
    return averagePrecisions.get(0);
  }

  /** Returns the mean over all thresholds. */
  public double ap50To95() {
    return averagePrecisions.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }
}
