package io.yolo4j.profile;

import io.yolo4j.runtime.StepListener;
import java.util.Arrays;
import java.util.List;

/** Times of every step in every run, in arrays made beforehand: nothing is allocated in between. */
final class StepSamples implements StepListener {
  private final long[][] step;
  private final long[][] gap;
  private final long[] tail;
  private final long[] timed;
  private final long[] bare;
  private int run;
  private long last;

  StepSamples(int nodes, int runs) {
    step = new long[nodes][runs];
    gap = new long[nodes][runs];
    tail = new long[runs];
    timed = new long[runs];
    bare = new long[runs];
  }

  /** Starts a timed run and returns when. */
  long begin(int index) {
    run = index;
    last = System.nanoTime();
    return last;
  }

  @Override
  public void ran(int node, long started, long ended) {
    // A node's work may take several steps: a convolution and the copy into a concatenation.
    step[node][run] += ended - started;
    gap[node][run] += started - last;
    last = ended;
  }

  void end(long begun, long ended) {
    timed[run] = ended - begun;
    tail[run] = ended - last;
  }

  void bare(int index, long nanos) {
    bare[index] = nanos;
  }

  Timing time(int node) {
    return Timing.ofNanos(step[node]);
  }

  /** Returns the median gap before a step, in seconds. */
  double gap(int node) {
    return Timing.ofNanos(gap[node]).p50();
  }

  /** Returns the sum of all median gaps, that behind the last step among them, in seconds. */
  double gaps() {
    double sum = Timing.ofNanos(tail).p50();
    for (int node = 0; node < gap.length; node++) {
      sum += gap(node);
    }
    return sum;
  }

  Timing timed() {
    return Timing.ofNanos(timed);
  }

  Timing bare() {
    return Timing.ofNanos(bare);
  }

  /** Returns the seconds of whole runs with timed steps, in their order. */
  List<Double> seconds() {
    return Arrays.stream(timed).mapToObj(nanos -> nanos / 1e9).toList();
  }
}
