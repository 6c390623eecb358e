package io.yolo4j.detect;

/**
 * How overlapping candidates are suppressed.
 *
 * @param iouThreshold a candidate is dropped when its IoU with a kept one is greater; 0 to 1
 * @param agnostic suppress across classes instead of within a class
 * @param maxDetections at most this many are kept
 * @param maxCandidates only this many of the highest score take part
 * @param mode how classes are kept apart
 */
public record NmsOptions(
    double iouThreshold, boolean agnostic, int maxDetections, int maxCandidates, Mode mode) {
  /** Candidates that take part unless something else is asked for. */
  public static final int DEFAULT_MAX_CANDIDATES = 30_000;

  /** How classes are kept apart. */
  public enum Mode {
    /** Class ids are compared. */
    EXACT,
    /**
     * As the Python reference: class · 4096 is added to the coordinates in float32, which leaves
     * them 1/32 pixel steps for high classes, and boxes over 4096 pixels meet other classes.
     */
    COMPATIBLE
  }

  /** Checks the values. */
  public NmsOptions {
    if (!(iouThreshold >= 0 && iouThreshold <= 1)) {
      throw new IllegalArgumentException(
          "an IoU threshold must lie in 0 to 1, got " + iouThreshold);
    }
    if (maxDetections < 1 || maxCandidates < 1) {
      throw new IllegalArgumentException(
          "NMS must keep at least 1 detection of 1 candidate, got %d of %d"
              .formatted(maxDetections, maxCandidates));
    }
  }

  /** Returns the defaults of detection: IoU 0.45, within classes, at most 1000. */
  public static NmsOptions detection() {
    return new NmsOptions(0.45, false, 1000, DEFAULT_MAX_CANDIDATES, Mode.EXACT);
  }

  /** Returns the defaults of validation: IoU 0.6, within classes, at most 300. */
  public static NmsOptions validation() {
    return new NmsOptions(0.6, false, 300, DEFAULT_MAX_CANDIDATES, Mode.EXACT);
  }

  /** Returns options with another IoU threshold. */
  public NmsOptions withIouThreshold(double threshold) {
    return new NmsOptions(threshold, agnostic, maxDetections, maxCandidates, mode);
  }

  /** Returns options that suppress across classes or don't. */
  public NmsOptions withAgnostic(boolean acrossClasses) {
    return new NmsOptions(iouThreshold, acrossClasses, maxDetections, maxCandidates, mode);
  }

  /** Returns options that keep at most this many. */
  public NmsOptions withMaxDetections(int limit) {
    return new NmsOptions(iouThreshold, agnostic, limit, maxCandidates, mode);
  }

  /** Returns options by which at most this many candidates take part. */
  public NmsOptions withMaxCandidates(int limit) {
    return new NmsOptions(iouThreshold, agnostic, maxDetections, limit, mode);
  }

  /** Returns options with another way of keeping classes apart. */
  public NmsOptions withMode(Mode other) {
    return new NmsOptions(iouThreshold, agnostic, maxDetections, maxCandidates, other);
  }
}
