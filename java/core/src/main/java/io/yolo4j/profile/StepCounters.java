package io.yolo4j.profile;

import io.yolo4j.kernels.PerfCounters.Counter;
import io.yolo4j.runtime.StepListener;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Counters of every step, gaps before them included, in runs that aren't timed: reading them takes
 * time. For executors that tell of each step when it has ended.
 */
final class StepCounters implements StepListener {
  private final ProcessCounters counters;
  private final Map<Counter, double[][]> counts = new EnumMap<>(Counter.class);
  private final Map<Counter, Double> last = new EnumMap<>(Counter.class);
  private int run;

  StepCounters(ProcessCounters counters, Set<Counter> wanted, int nodes, int runs) {
    this.counters = counters;
    wanted.forEach(counter -> counts.put(counter, new double[nodes][runs]));
  }

  void begin(int index) {
    run = index;
    counters.read();
    counts.keySet().forEach(counter -> last.put(counter, counters.value(counter)));
  }

  @Override
  public void ran(int node, long started, long ended) {
    counters.read();
    counts.forEach(
        (counter, steps) -> {
          double now = counters.value(counter);
          // A node's work may take several steps.
          steps[node][run] += now - last.getOrDefault(counter, Double.NaN);
          last.put(counter, now);
        });
  }

  /** Returns the median of a step; unavailable if any run has none. */
  Cell of(Counter counter, int node) {
    double[][] steps = counts.get(counter);
    return steps == null ? Cell.UNAVAILABLE : Cell.measured(ProcessCounters.median(steps[node]));
  }
}
