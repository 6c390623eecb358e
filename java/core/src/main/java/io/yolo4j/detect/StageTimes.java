package io.yolo4j.detect;

/**
 * How long the stages of a detection took.
 *
 * @param preprocessNanos letterboxing
 * @param inferenceNanos the network
 * @param nmsNanos decoding, suppression, mapping to the original picture
 */
public record StageTimes(long preprocessNanos, long inferenceNanos, long nmsNanos) {
  /** No time. */
  public static final StageTimes ZERO = new StageTimes(0, 0, 0);

  /** Returns the sum of both, stage by stage. */
  public StageTimes plus(StageTimes other) {
    return new StageTimes(
        preprocessNanos + other.preprocessNanos,
        inferenceNanos + other.inferenceNanos,
        nmsNanos + other.nmsNanos);
  }

  /** Returns the time of all stages. */
  public long totalNanos() {
    return preprocessNanos + inferenceNanos + nmsNanos;
  }
}
