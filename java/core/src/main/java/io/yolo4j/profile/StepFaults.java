package io.yolo4j.profile;

import io.yolo4j.kernels.PerfCounters.Counter;
import io.yolo4j.runtime.StepListener;

/** Minor page faults of every step, gaps before them included, in runs that aren't timed. */
final class StepFaults implements StepListener {
  private final ProcessCounters counters;
  private final double[][] faults;
  private int run;
  private double last;

  StepFaults(ProcessCounters counters, int nodes, int runs) {
    this.counters = counters;
    faults = new double[nodes][runs];
  }

  void begin(int index) {
    run = index;
    last = counters.now(Counter.MINOR_FAULTS);
  }

  @Override
  public void ran(int node, long started, long ended) {
    double now = counters.now(Counter.MINOR_FAULTS);
    faults[node][run] = now - last;
    last = now;
  }

  /** Returns the median of a step. */
  Cell of(int node) {
    return Cell.measured(ProcessCounters.median(faults[node]));
  }
}
