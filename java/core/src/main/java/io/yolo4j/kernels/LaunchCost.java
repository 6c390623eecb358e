package io.yolo4j.kernels;

/**
 * What an empty kernel in a row of them costs.
 *
 * @param hostSeconds that the host takes to enqueue it
 * @param deviceSeconds from one to the next on the device, when all are enqueued already
 */
public record LaunchCost(double hostSeconds, double deviceSeconds) {
  /** Checks the values. */
  public LaunchCost {
    if (!(hostSeconds > 0 && deviceSeconds > 0)) {
      throw new IllegalArgumentException(
          "a launch must cost positive seconds, got %s of the host and %s of the device"
              .formatted(hostSeconds, deviceSeconds));
    }
  }
}
