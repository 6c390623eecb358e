package io.yolo4j.runtime;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How a network is compiled.
 *
 * @param precision what it computes in
 * @param threads of every run, 1 or more; 0: as many as there are {@code cpus}, without them as
 *     many as this machine has processors
 * @param allowReference whether oneDNN's slow reference code may run where it has no other; without
 *     it compiling fails there. On x86-64 there is always other code; elsewhere not, and {@link
 *     PlanExecutor#explain} says which steps it is
 * @param calibration of the network, for {@link PlanPrecision#INT8}; else not looked at
 * @param cpus the logical processors, as Linux numbers them, that runs keep to, at least as many as
 *     threads; empty: wherever the calling thread may be. The calling thread keeps to them for the
 *     time of a run and then gets back those it had. Runs at the same time share them. Elsewhere
 *     than on Linux, and where this process may not use one, compiling throws {@link
 *     UnsupportedOperationException}
 * @param leastObjectness what the objectness of a cell, behind the sigmoid, must exceed for its
 *     class scores to be computed, 0 to 1: a score is no more than the objectness, so whoever wants
 *     scores above a confidence loses nothing by that one. Empty: raw heads hold all scores
 */
public record PlanOptions(
    PlanPrecision precision,
    int threads,
    boolean allowReference,
    @Nullable Calibration calibration,
    List<Integer> cpus,
    OptionalDouble leastObjectness) {
  /** Checks the number of threads and the processors. */
  public PlanOptions {
    cpus = List.copyOf(cpus);
    if (threads < 0) {
      throw new IllegalArgumentException("threads must not be negative, got " + threads);
    }
    if (cpus.stream().anyMatch(cpu -> cpu < 0) || new HashSet<>(cpus).size() < cpus.size()) {
      throw new IllegalArgumentException(
          "processors must be different numbers from 0 on, got " + cpus);
    }
    if (!cpus.isEmpty() && threads > cpus.size()) {
      throw new IllegalArgumentException(
          "there must be a processor for each thread, got %s for %d".formatted(cpus, threads));
    }
    if (leastObjectness.isPresent()
        && !(leastObjectness.getAsDouble() >= 0 && leastObjectness.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "the least objectness must lie in 0 to 1, got " + leastObjectness.getAsDouble());
    }
  }

  /** Returns the defaults: float32, every processor, reference code only on other than x86-64. */
  public static PlanOptions defaults() {
    return new PlanOptions(
        PlanPrecision.FLOAT32, 0, !isX86(), null, List.of(), OptionalDouble.empty());
  }

  private static boolean isX86() {
    String architecture = System.getProperty("os.arch", "");
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /** Returns options with another precision. */
  public PlanOptions withPrecision(PlanPrecision other) {
    return new PlanOptions(other, threads, allowReference, calibration, cpus, leastObjectness);
  }

  /** Returns options with another number of threads. */
  public PlanOptions withThreads(int count) {
    return new PlanOptions(precision, count, allowReference, calibration, cpus, leastObjectness);
  }

  /** Returns options for 8-bit integers with the ranges of a calibration. */
  public PlanOptions withInt8(Calibration ranges) {
    return new PlanOptions(
        PlanPrecision.INT8, threads, allowReference, ranges, cpus, leastObjectness);
  }

  /** Returns whether 8-bit integers are asked for, whose ranges aren't known. */
  public boolean lacksRanges() {
    return precision == PlanPrecision.INT8 && calibration == null;
  }

  /** Returns options that allow or refuse oneDNN's reference code. */
  public PlanOptions withAllowReference(boolean allow) {
    return new PlanOptions(precision, threads, allow, calibration, cpus, leastObjectness);
  }

  /** Returns options for runs that keep to some of the processors; none: to no particular ones. */
  public PlanOptions withCpus(List<Integer> processors) {
    return new PlanOptions(
        precision, threads, allowReference, calibration, processors, leastObjectness);
  }

  /** Returns options with another least objectness of cells that have class scores, or none. */
  public PlanOptions withLeastObjectness(OptionalDouble probability) {
    return new PlanOptions(precision, threads, allowReference, calibration, cpus, probability);
  }

  /** Returns the number of threads, counted where it is 0. */
  public int threadCount() {
    if (threads > 0) {
      return threads;
    }
    return cpus.isEmpty() ? Runtime.getRuntime().availableProcessors() : cpus.size();
  }
}
