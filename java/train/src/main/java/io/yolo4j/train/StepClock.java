package io.yolo4j.train;

import java.util.EnumMap;
import java.util.Map;

/** Adds up where the training thread's time goes. */
final class StepClock {
  /** The parts of a step. */
  enum Part {
    LOADING,
    FORWARD,
    LOSS,
    BACKWARD,
    OPTIMIZER,
    AVERAGE
  }

  private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
  private long last;

  /** Starts to measure; what came before is not counted. */
  void start() {
    last = System.nanoTime();
  }

  /** Ends a part that began where the one before ended. */
  void lap(Part part) {
    long now = System.nanoTime();
    nanos.merge(part, now - last, Long::sum);
    last = now;
  }

  /** Returns the sums since the last reset. */
  StepTimes times() {
    return new StepTimes(
        of(Part.LOADING),
        of(Part.FORWARD),
        of(Part.LOSS),
        of(Part.BACKWARD),
        of(Part.OPTIMIZER),
        of(Part.AVERAGE));
  }

  void reset() {
    nanos.clear();
  }

  private long of(Part part) {
    return nanos.getOrDefault(part, 0L);
  }
}
