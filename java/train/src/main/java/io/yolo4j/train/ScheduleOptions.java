package io.yolo4j.train;

/**
 * How rates change over a run.
 *
 * @param curve from the initial to the final learning rate
 * @param warmupFloor least number of warm-up iterations
 * @param nominalBatch pictures whose gradients are added up to one step, once warmed up
 * @param rateOfEpochBefore whether after the warm-up an epoch trains with the rate of the one
 *     before, as in YOLOv5 v6.0
 */
public record ScheduleOptions(
    Curve curve, int warmupFloor, int nominalBatch, boolean rateOfEpochBefore) {
  /** Ways from 1 to the final share of the learning rate. */
  public enum Curve {
    /** Half a cosine wave over all epochs. */
    COSINE,
    /** A straight line that reaches the final share in the last epoch. */
    LINEAR
  }

  /** Checks the values. */
  public ScheduleOptions {
    if (warmupFloor < 0) {
      throw new IllegalArgumentException(
          "the warm-up's least number of iterations must not be negative, got " + warmupFloor);
    }
    if (nominalBatch < 1) {
      throw new IllegalArgumentException(
          "the nominal batch must be at least 1, got " + nominalBatch);
    }
  }

  /** Returns the defaults: cosine, at least 1000 warm-up iterations, a nominal batch of 64. */
  public static ScheduleOptions defaults() {
    return new ScheduleOptions(Curve.COSINE, 1000, 64, false);
  }

  /** Returns a copy with another curve. */
  public ScheduleOptions withCurve(Curve changed) {
    return new ScheduleOptions(changed, warmupFloor, nominalBatch, rateOfEpochBefore);
  }

  /** Returns a copy with another least number of warm-up iterations. */
  public ScheduleOptions withWarmupFloor(int changed) {
    return new ScheduleOptions(curve, changed, nominalBatch, rateOfEpochBefore);
  }

  /** Returns a copy with another nominal batch. */
  public ScheduleOptions withNominalBatch(int changed) {
    return new ScheduleOptions(curve, warmupFloor, changed, rateOfEpochBefore);
  }

  /** Returns a copy that takes the rate of the epoch before, or not. */
  public ScheduleOptions withRateOfEpochBefore(boolean changed) {
    return new ScheduleOptions(curve, warmupFloor, nominalBatch, changed);
  }
}
