package io.yolo4j.train;

/**
 * Where the time of training steps went, in nanoseconds on the training thread.
 *
 * @param loading waiting for the loader's next batch
 * @param forward of the network, with the input's conversion
 * @param loss assignment and losses
 * @param backward of both
 * @param optimizer updates of the parameters
 * @param average updates of the weights' moving average
 */
public record StepTimes(
    long loading, long forward, long loss, long backward, long optimizer, long average) {
  /** No time. */
  public static final StepTimes ZERO = new StepTimes(0, 0, 0, 0, 0, 0);

  /** Returns the sums. */
  public StepTimes plus(StepTimes other) {
    return new StepTimes(
        loading + other.loading,
        forward + other.forward,
        loss + other.loss,
        backward + other.backward,
        optimizer + other.optimizer,
        average + other.average);
  }

  /** Returns all of it. */
  public long total() {
    return loading + forward + loss + backward + optimizer + average;
  }
}
