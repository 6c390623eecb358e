package io.yolo4j.kernels;

import io.yolo4j.bindings.NativeCounters;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * What the kernel and the CPU count of this process. A counter that this machine doesn't have is
 * unavailable and says why; it is never 0.
 *
 * <p>Threads: any, one at a time. Ownership: close it; use after close throws {@link
 * IllegalStateException}.
 */
public final class PerfCounters implements AutoCloseable {
  /** What is counted. */
  public enum Counter {
    /** Nanoseconds of CPU time of all threads. */
    CPU_NANOSECONDS(Yolo4j.YOLO4J_COUNTER_CPU_NANOSECONDS),
    /** Pages that had no memory yet, or were not mapped. */
    MINOR_FAULTS(Yolo4j.YOLO4J_COUNTER_MINOR_FAULTS),
    /** Pages that had to be read from a disk. */
    MAJOR_FAULTS(Yolo4j.YOLO4J_COUNTER_MAJOR_FAULTS),
    /** How often a thread left its core, of its own will or not. */
    CONTEXT_SWITCHES(Yolo4j.YOLO4J_COUNTER_CONTEXT_SWITCHES),
    /** How often others took a thread's core. */
    INVOLUNTARY_SWITCHES(Yolo4j.YOLO4J_COUNTER_INVOLUNTARY_SWITCHES),
    /** Cycles of the CPU in user space. */
    CYCLES(Yolo4j.YOLO4J_COUNTER_CYCLES),
    /** Instructions in user space. */
    INSTRUCTIONS(Yolo4j.YOLO4J_COUNTER_INSTRUCTIONS),
    /** Misses of the cache that the kernel means: the last of Intel's, the second of AMD's. */
    CACHE_MISSES(Yolo4j.YOLO4J_COUNTER_CACHE_MISSES),
    /** Floating-point operations, a multiply-add as 2; see native/perf/README.md for which. */
    FLOPS(Yolo4j.YOLO4J_COUNTER_FLOPS);

    private final int code;

    Counter(int code) {
      this.code = code;
    }

    /** Returns the code in the C ABI. */
    public int code() {
      return code;
    }
  }

  private final NativeCounters counters = new NativeCounters();
  private final DoublePointer values = new DoublePointer((long) Yolo4j.YOLO4J_COUNTER_COUNT);
  private final Map<Counter, String> missing = new EnumMap<>(Counter.class);
  private boolean closed;

  private PerfCounters(Set<Counter> wanted) {
    int bits = 0;
    for (Counter counter : wanted) {
      bits |= 1 << counter.code();
    }
    NativeLibrary.check("yolo4j_counters_open", Yolo4j.yolo4j_counters_open(bits, counters));
    for (Counter counter : Counter.values()) {
      reason(counter).ifPresent(text -> missing.put(counter, text));
    }
  }

  /**
   * Opens counters for the threads that the process has now and those that they start. Those of the
   * kernel cost half a microsecond a reading, those of the CPU as much a thread.
   *
   * @param wanted at least one
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static PerfCounters open(Set<Counter> wanted) {
    NativeLibrary.load();
    return new PerfCounters(wanted);
  }

  /**
   * Returns the seconds that a minor page fault costs now.
   *
   * @param pages how many new pages are touched, 1 to 2^20
   * @throws NativeException if the number is out of range or the system has no such pages
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static double faultSeconds(long pages) {
    NativeLibrary.load();
    try (DoublePointer seconds = new DoublePointer(1)) {
      NativeLibrary.check("yolo4j_fault_seconds", Yolo4j.yolo4j_fault_seconds(pages, seconds));
      return seconds.get();
    }
  }

  private Optional<String> reason(Counter counter) {
    try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
      NativeLibrary.check(
          "yolo4j_counters_missing",
          Yolo4j.yolo4j_counters_missing(counters, counter.code(), text));
      BytePointer reason = text.get(BytePointer.class, 0);
      return reason == null || reason.isNull() ? Optional.empty() : Optional.of(reason.getString());
    }
  }

  /** Returns why a counter is unavailable; empty: it counts. */
  public Optional<String> missing(Counter counter) {
    return Optional.ofNullable(missing.get(counter));
  }

  /** Reads all counters at once, for {@link #value}. Allocates nothing. */
  public void read() {
    if (closed) {
      throw new IllegalStateException("the counters are closed");
    }
    NativeLibrary.check("yolo4j_counters_read", Yolo4j.yolo4j_counters_read(counters, values));
  }

  /**
   * Returns a counter as it was at the last reading. It counts from some start: differences are
   * what happened in between.
   *
   * @return NaN if it is unavailable
   */
  public double value(Counter counter) {
    if (closed) {
      throw new IllegalStateException("the counters are closed");
    }
    return values.get(counter.code());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Yolo4j.yolo4j_counters_close(counters);
      counters.setNull();
      values.close();
    }
  }
}
