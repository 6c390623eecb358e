package io.yolo4j.profile;

import java.util.Arrays;

/**
 * Times of the same work in several runs, in seconds.
 *
 * @param minimum the least
 * @param p50 the median
 * @param p95 the 95th percentile, by the nearest rank
 */
public record Timing(double minimum, double p50, double p95) {
  /**
   * Returns the figures of times.
   *
   * @param nanos at least one, in any order
   */
  public static Timing ofNanos(long[] nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("a timing needs at least one run");
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    int rank = (int) Math.ceil(0.95 * sorted.length) - 1;
    return new Timing(sorted[0] / 1e9, median / 1e9, sorted[rank] / 1e9);
  }
}
