package io.yolo4j.eval;

/** The ten IoU thresholds of validation: 0.50, 0.55 … 0.95, in float32 as IoUs are. */
public final class IouThresholds {
  /** Number of thresholds. */
  public static final int COUNT = 10;

  private IouThresholds() {}

  /** Returns threshold 0 to 9. */
  public static float at(int index) {
    if (index < 0 || index >= COUNT) {
      throw new IndexOutOfBoundsException(
          "there are %d IoU thresholds, got index %d".formatted(COUNT, index));
    }
    return (float) ((50 + 5 * index) / 100.0);
  }

  /* Bit t is set when the IoU reaches threshold t. */
  static int reached(float iou) {
    int bits = 0;
    for (int t = 0; t < COUNT; t++) {
      if (iou >= at(t)) {
        bits |= 1 << t;
      }
    }
    return bits;
  }
}
