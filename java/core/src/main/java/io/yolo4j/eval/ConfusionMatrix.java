package io.yolo4j.eval;

import io.yolo4j.detect.Detection;
import java.util.List;

/**
 * What is taken for what. Rows are predicted classes, the last row is background (a missed label);
 * columns are true classes, the last column is background (a detection of nothing).
 *
 * <p>Detections over the confidence and labels are paired by IoU over the threshold, highest first,
 * whatever their classes.
 *
 * <p>Threads: one at a time.
 */
public final class ConfusionMatrix {
  /** Which detections of nothing are counted. */
  public enum Mode {
    /** All of them. */
    EXACT,
    /**
     * As the Python reference: none on pictures where no detection covers a label, and nothing at
     * all on pictures without labels or without detections.
     */
    COMPATIBLE
  }

  /** Confidence that a detection must exceed. */
  public static final float CONFIDENCE = 0.25f;

  /** IoU that a pair must exceed. */
  public static final double IOU_THRESHOLD = 0.45;

  private final int classes;
  private final Mode mode;
  private final long[] counts;

  /** Creates an empty matrix. */
  public ConfusionMatrix(int classes, Mode mode) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "a confusion matrix needs at least 1 class, got " + classes);
    }
    this.classes = classes;
    this.mode = mode;
    counts = new long[Math.multiplyExact(classes + 1, classes + 1)];
  }

  /**
   * Counts one picture.
   *
   * @throws IllegalArgumentException if a class is not below the matrix's number; nothing is
   *     counted then
   */
  public void add(List<Detection> detections, List<GroundTruth> truths) {
    detections.forEach(d -> checkClass(d.classId()));
    truths.forEach(t -> checkClass(t.classId()));
    if (mode == Mode.COMPATIBLE && (detections.isEmpty() || truths.isEmpty())) {
      return;
    }
    List<Detection> sure = detections.stream().filter(d -> d.confidence() > CONFIDENCE).toList();
    int[] labelOf = DetectionMatching.bestPairs(sure, truths, IOU_THRESHOLD);
    boolean[] found = new boolean[truths.size()];
    boolean anyPair = false;
    for (int d = 0; d < labelOf.length; d++) {
      if (labelOf[d] >= 0) {
        found[labelOf[d]] = true;
        anyPair = true;
        count(sure.get(d).classId(), truths.get(labelOf[d]).classId());
      }
    }
    for (int t = 0; t < found.length; t++) {
      if (!found[t]) {
        count(classes, truths.get(t).classId());
      }
    }
    if (anyPair || mode == Mode.EXACT) {
      for (int d = 0; d < labelOf.length; d++) {
        if (labelOf[d] < 0) {
          count(sure.get(d).classId(), classes);
        }
      }
    }
  }

  private void checkClass(int classId) {
    if (classId >= classes) {
      throw new IllegalArgumentException(
          "class ids must be below %d, got %d".formatted(classes, classId));
    }
  }

  private void count(int predicted, int actual) {
    counts[predicted * (classes + 1) + actual]++;
  }

  /** Returns the number of classes, without the background. */
  public int classes() {
    return classes;
  }

  /**
   * Returns a count.
   *
   * @param predicted 0 to classes; classes is the background: a missed label
   * @param actual 0 to classes; classes is the background: a detection of nothing
   */
  public long at(int predicted, int actual) {
    if (predicted < 0 || predicted > classes || actual < 0 || actual > classes) {
      throw new IndexOutOfBoundsException(
          "rows and columns go from 0 to %d, got %d and %d".formatted(classes, predicted, actual));
    }
    return counts[predicted * (classes + 1) + actual];
  }

  /** Returns the sum of all counts. */
  public long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }
}
