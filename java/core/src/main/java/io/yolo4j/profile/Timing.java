package io.yolo4j.profile;

import java.util.Arrays;
import java.util.List;

/**
 * Times of the same work in several runs, in seconds.
 *
 * @param minimum the least
 * @param p50 the median
 * @param p95 the 95th percentile, by the nearest rank
 */
public record Timing(double minimum, double p50, double p95) {
  /**
   * Times several works in turns, a run of each after the other, so that what else the machine does
   * hits all alike.
   *
   * @param warmup runs of each that are not timed
   * @param runs timed runs of each, at least one
   * @return the figures of each, in order
   */
  public static List<Timing> inTurns(List<Runnable> works, int warmup, int runs) {
    long[][] nanos = new long[works.size()][runs];
    for (int run = -warmup; run < runs; run++) {
      for (int i = 0; i < works.size(); i++) {
        long start = System.nanoTime();
        works.get(i).run();
        if (run >= 0) {
          nanos[i][run] = System.nanoTime() - start;
        }
      }
    }
    return Arrays.stream(nanos).map(Timing::ofNanos).toList();
  }

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
