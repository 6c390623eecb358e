package io.yolo4j.profile;

import io.yolo4j.kernels.PerfCounters.Counter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How it was measured, and what else went on.
 *
 * @param seconds of whole runs with timed steps, in the order in which they ran
 * @param blocks turns that the networks measured together took; 1: this one ran by itself
 * @param processors of this machine
 * @param load processors that others kept busy meanwhile, on average
 * @param counters of this process, in a run, the medians
 * @param missing counters that this machine doesn't have, and why
 * @param faultSeconds what a minor page fault costs
 * @param gpuCounters which of a GPU's counters were read, or why none could be: a sentence; empty
 *     where nobody asked or no GPU ran it
 */
public record Circumstances(
    List<Double> seconds,
    int blocks,
    int processors,
    Cell load,
    Map<Counter, Cell> counters,
    Map<Counter, String> missing,
    Cell faultSeconds,
    Optional<String> gpuCounters) {
  /**
   * Involuntary switches a second that a quiet machine stays below: a thread that competes for the
   * core takes it every few milliseconds.
   */
  public static final double MOST_SWITCHES = 50;

  /** The share of the processors that others may keep busy meanwhile. */
  public static final double MOST_LOAD = 0.1;

  /** Of which nobody knows anything. */
  public static final Circumstances UNKNOWN =
      new Circumstances(List.of(), 1, 1, Cell.UNAVAILABLE, Map.of(), Map.of(), Cell.UNAVAILABLE);

  /** Without a GPU's counters. */
  public Circumstances(
      List<Double> seconds,
      int blocks,
      int processors,
      Cell load,
      Map<Counter, Cell> counters,
      Map<Counter, String> missing,
      Cell faultSeconds) {
    this(seconds, blocks, processors, load, counters, missing, faultSeconds, Optional.empty());
  }

  /** Copies the lists. */
  public Circumstances {
    seconds = List.copyOf(seconds);
    counters = Map.copyOf(counters);
    missing = Map.copyOf(missing);
  }

  /** Returns why the CPU's cycles weren't counted; empty if they were. */
  public Optional<String> whyNoCycles() {
    return Optional.ofNullable(missing.get(Counter.CYCLES));
  }

  /** Returns a counter's median in a run. */
  public Cell counter(Counter counter) {
    return Objects.requireNonNullElse(counters.get(counter), Cell.UNAVAILABLE);
  }

  /**
   * Returns what disturbed the measurement, with its numbers; empty if nothing did, or nobody
   * knows.
   *
   * @param run seconds of a run
   */
  public Optional<String> disturbance(double run) {
    Cell taken = counter(Counter.INVOLUNTARY_SWITCHES);
    if (!taken.exceeds(MOST_SWITCHES * run) && !load.exceeds(MOST_LOAD * processors)) {
      return Optional.empty();
    }
    return Optional.of(
        "something else ran on this machine: others took the core %s times a run (up to %s is quiet), and kept %s of %d processors busy meanwhile (up to %s is quiet)"
            .formatted(
                text(taken),
                one(MOST_SWITCHES * run),
                text(load),
                processors,
                one(MOST_LOAD * processors)));
  }

  private static String text(Cell cell) {
    return cell.isKnown() ? one(cell.value()) : cell.provenance().text();
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
