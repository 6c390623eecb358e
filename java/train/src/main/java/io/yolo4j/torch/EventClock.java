package io.yolo4j.torch;

import io.yolo4j.runtime.StepListener;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a device that works a queue off by itself: marks in the queue around each step, read
 * when the run has ended. The listener is told of all steps then, with the device's times put on
 * the host's clock: the first mark counts as passed when it was made, for the queue is empty then.
 *
 * <p>A device that waits for the host's next step passes the mark before it at once, so what the
 * host takes to issue a step is in that step's time; where the device is behind, it isn't. What
 * reading the marks takes is in the run's time, behind its last step.
 */
final class EventClock implements StepClock {
  /** Marks in a device's queue. */
  interface Marks extends AutoCloseable {
    /** A run begins on the calling thread. */
    void begin();

    /** Puts a mark at the queue's end. */
    void record(int index);

    /** Waits for the first so many marks, and gives nanoseconds since mark 0. */
    void read(long[] nanos);

    @Override
    void close();
  }

  private final Marks marks;
  private final LongSupplier hostNanos;
  private final int[] nodes;
  private final long[] nanos;
  private @Nullable StepListener listener;
  private int steps;
  private long begun;

  /**
   * Makes one.
   *
   * @param marks 1 + 2 · steps of them; closed with this
   * @param mostSteps of a run
   * @param hostNanos the host's clock
   */
  EventClock(Marks marks, int mostSteps, LongSupplier hostNanos) {
    this.marks = marks;
    this.hostNanos = hostNanos;
    nodes = new int[mostSteps];
    nanos = new long[marksFor(mostSteps)];
  }

  /** Returns how many marks a run of so many steps takes. */
  static int marksFor(int steps) {
    return 1 + 2 * steps;
  }

  @Override
  public void begin(StepListener told) {
    listener = told;
    steps = 0;
    marks.begin();
    begun = hostNanos.getAsLong();
    marks.record(0);
  }

  @Override
  public void before(int node) {
    marks.record(1 + 2 * steps);
  }

  @Override
  public void after(int node) {
    marks.record(2 + 2 * steps);
    nodes[steps] = node;
    steps++;
  }

  @Override
  public void end() {
    StepListener told = listener;
    if (told == null) {
      throw new IllegalStateException("a run must have begun before it ends");
    }
    if (steps != nodes.length) {
      throw new IllegalStateException(
          "a run must have %d steps, got %d".formatted(nodes.length, steps));
    }
    marks.read(nanos);
    for (int step = 0; step < steps; step++) {
      told.ran(nodes[step], begun + nanos[1 + 2 * step], begun + nanos[2 + 2 * step]);
    }
    listener = null;
  }

  @Override
  public void close() {
    marks.close();
  }
}
