package io.yolo4j.runtime;

import org.jspecify.annotations.Nullable;

/**
 * How a network is compiled.
 *
 * @param precision what it computes in
 * @param threads of every run, 1 or more; 0: as many as this machine has processors
 * @param allowReference whether oneDNN's slow reference code may run where it has no other; without
 *     it compiling fails there. On x86-64 there is always other code; elsewhere not, and {@link
 *     PlanExecutor#explain} says which steps it is
 * @param calibration of the network, for {@link PlanPrecision#INT8}; else not looked at
 */
public record PlanOptions(
    PlanPrecision precision,
    int threads,
    boolean allowReference,
    @Nullable Calibration calibration) {
  /** Checks the number of threads. */
  public PlanOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must not be negative, got " + threads);
    }
  }

  /** Returns the defaults: float32, every processor, reference code only on other than x86-64. */
  public static PlanOptions defaults() {
    return new PlanOptions(PlanPrecision.FLOAT32, 0, !isX86(), null);
  }

  private static boolean isX86() {
    String architecture = System.getProperty("os.arch", "");
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /** Returns options with another precision. */
  public PlanOptions withPrecision(PlanPrecision other) {
    return new PlanOptions(other, threads, allowReference, calibration);
  }

  /** Returns options with another number of threads. */
  public PlanOptions withThreads(int count) {
    return new PlanOptions(precision, count, allowReference, calibration);
  }

  /** Returns options for 8-bit integers with the ranges of a calibration. */
  public PlanOptions withInt8(Calibration ranges) {
    return new PlanOptions(PlanPrecision.INT8, threads, allowReference, ranges);
  }

  /** Returns options that allow or refuse oneDNN's reference code. */
  public PlanOptions withAllowReference(boolean allow) {
    return new PlanOptions(precision, threads, allow, calibration);
  }

  /** Returns the number of threads, counted where it is 0. */
  public int threadCount() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
