package io.yolo4j.profile;

/**
 * A host that issues work to a device one piece after another: a piece starts when it has been
 * issued and the one before it is done. Times in seconds.
 *
 * <p>Not thread-safe.
 */
public final class HostQueue {
  private double host;
  private double device;
  private double busy;

  /**
   * Issues a piece.
   *
   * @param issue what the host needs for it, not negative
   * @param work what the device needs for it, not negative
   */
  public void issue(double issue, double work) {
    if (!(issue >= 0 && work >= 0)) {
      throw new IllegalArgumentException(
          "times must not be negative, got %s and %s".formatted(issue, work));
    }
    host += issue;
    device = Math.max(host, device) + work;
    busy += work;
  }

  /** Returns when all is done. */
  public double end() {
    return Math.max(host, device);
  }

  /** Returns how long the host issued. */
  public double hostSeconds() {
    return host;
  }

  /** Returns how long the device worked. */
  public double busySeconds() {
    return busy;
  }
}
