package io.yolo4j.profile;

import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.PerfCounters.Counter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counters of this process over runs; all unavailable where there is no native library. */
final class ProcessCounters implements AutoCloseable {
  private static final Counter[] ALL = Counter.values();

  private final @Nullable CounterSource counters;
  private final String absent;
  private final double[][] before;
  private final double[][] after;

  /** Opens the counters, for so many runs. */
  ProcessCounters(CounterSource.Opener opener, Set<Counter> wanted, int runs) {
    CounterSource opened = null;
    String reason = "";
    try {
      opened = opener.open(wanted);
    } catch (UnsupportedOperationException | NativeException e) {
      reason = String.valueOf(e.getMessage());
    }
    counters = opened;
    absent = reason;
    before = new double[ALL.length][runs];
    after = new double[ALL.length][runs];
  }

  /** Opens every counter. */
  static ProcessCounters all(CounterSource.Opener opener, int runs) {
    return new ProcessCounters(opener, EnumSet.allOf(Counter.class), runs);
  }

  void begin(int run) {
    read(before, run);
  }

  void end(int run) {
    read(after, run);
  }

  /** Reads all, for {@link #value}. */
  void read() {
    if (counters != null) {
      counters.read();
    }
  }

  /** Returns a counter as it was at the last reading; NaN where it is unavailable. */
  double value(Counter counter) {
    return counters == null ? Double.NaN : counters.value(counter);
  }

  private void read(double[][] values, int run) {
    read();
    for (Counter counter : ALL) {
      values[counter.code()][run] = value(counter);
    }
  }

  /** Returns the medians over the runs. */
  Map<Counter, Cell> medians() {
    Map<Counter, Cell> medians = new EnumMap<>(Counter.class);
    for (Counter counter : ALL) {
      double[] happened = after[counter.code()].clone();
      for (int run = 0; run < happened.length; run++) {
        happened[run] -= before[counter.code()][run];
      }
      medians.put(counter, Cell.measured(median(happened)));
    }
    return medians;
  }

  /** Returns the median; NaN if any value is. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    // NaN is sorted behind all numbers.
    return Double.isNaN(sorted[sorted.length - 1]) ? Double.NaN : sorted[sorted.length / 2];
  }

  /** Returns why counters are missing. */
  Map<Counter, String> missing() {
    Map<Counter, String> missing = new EnumMap<>(Counter.class);
    for (Counter counter : ALL) {
      if (counters == null) {
        missing.put(counter, absent);
      } else {
        counters.missing(counter).ifPresent(reason -> missing.put(counter, reason));
      }
    }
    return missing;
  }

  @Override
  public void close() {
    if (counters != null) {
      counters.close();
    }
  }
}
