package io.yolo4j.profile;

import io.yolo4j.kernels.PerfCounters;
import io.yolo4j.kernels.PerfCounters.Counter;
import java.util.Optional;
import java.util.Set;

/**
 * What counts while a network runs: this process's counters, or what a test plays.
 *
 * <p>Threads: any, one at a time. Ownership: who opens it closes it.
 */
public interface CounterSource extends AutoCloseable {
  /** Opens counters. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens some, for the threads that the process has now and those that they start.
     *
     * @param wanted at least one
     * @throws UnsupportedOperationException if there is nothing that counts on this platform
     */
    CounterSource open(Set<Counter> wanted);
  }

  /** Reads all at once, for {@link #value}. Allocates nothing. */
  void read();

  /** Returns a counter as it was at the last reading; NaN if it is unavailable. */
  double value(Counter counter);

  /** Returns why a counter is unavailable; empty: it counts. */
  Optional<String> missing(Counter counter);

  @Override
  void close();

  /** Opens the counters of this process. */
  static CounterSource ofThisProcess(Set<Counter> wanted) {
    PerfCounters counters = PerfCounters.open(wanted);
    return new CounterSource() {
      @Override
      public void read() {
        counters.read();
      }

      @Override
      public double value(Counter counter) {
        return counters.value(counter);
      }

      @Override
      public Optional<String> missing(Counter counter) {
        return counters.missing(counter);
      }

      @Override
      public void close() {
        counters.close();
      }
    };
  }
}
