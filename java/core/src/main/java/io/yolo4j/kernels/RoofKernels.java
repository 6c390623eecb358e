package io.yolo4j.kernels;

import io.yolo4j.bindings.global.Yolo4j;
import java.time.Duration;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * The roofs of this CPU, measured now: what its multipliers do with nothing to load, and what its
 * caches and memory deliver with nothing to compute. Work per second of any kernel lies below both.
 *
 * <p>Each call takes about its budget and gives the fastest of many slices of a millisecond, so
 * that other work on the machine matters little; a machine that is busy all the time still shows
 * lower roofs.
 *
 * <p>Threads: safe, though two measurements at once disturb each other. Threads that a measurement
 * takes are those of the native library.
 */
public final class RoofKernels {
  private static final double NANOS_A_SECOND = 1e9;

  private RoofKernels() {}

  /** What a pass over memory does, and how its bytes count: as STREAM's, written bytes once. */
  public enum Access {
    /** Reads an array. */
    READ(Yolo4j.YOLO4J_ACCESS_READ),
    /** Writes an array. */
    WRITE(Yolo4j.YOLO4J_ACCESS_WRITE),
    /** Copies an array to another; both count. */
    COPY(Yolo4j.YOLO4J_ACCESS_COPY),
    /** Makes an array of two others; all three count. */
    TRIAD(Yolo4j.YOLO4J_ACCESS_TRIAD),
    /** Changes an array in place; it counts twice, read and written. */
    UPDATE(Yolo4j.YOLO4J_ACCESS_UPDATE);

    private final int code;

    Access(int code) {
      this.code = code;
    }

    /** Returns the code in the C ABI. */
    public int code() {
      return code;
    }
  }

  /**
   * Returns operations a second of an instruction set's multiply-adds, each of which counts 2.
   *
   * @param isa whose instructions; {@link Isa#SCALAR} sums in double precision, as its kernels do
   * @param type of the operands: {@link ElementType#F32}, and for {@link Isa#AVX512} {@link
   *     ElementType#BF16} and {@link ElementType#I8} where the CPU has their dot products
   * @param threads how many run at once, 1 to 1024
   * @param budget above 0 and at most 10 seconds
   * @throws NativeException if a number is out of range, or with {@link NativeStatus#UNSUPPORTED}
   *     if this CPU or build has no such instruction or not so many threads
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static double peak(Isa isa, ElementType type, int threads, Duration budget) {
    NativeLibrary.load();
    double seconds = seconds(budget);
    try (DoublePointer result = new DoublePointer(1)) {
      NativeLibrary.check(
          "yolo4j_peak", Yolo4j.yolo4j_peak(isa.code(), type.code(), threads, seconds, result));
      return result.get();
    }
  }

  /**
   * Returns operations a second of the multiply-adds of AMX's tiles, each of which counts 2.
   *
   * @param type of the operands: {@link ElementType#BF16} or {@link ElementType#I8}
   * @param threads how many run at once, 1 to 1024
   * @param budget above 0 and at most 10 seconds
   * @throws NativeException if a number is out of range, or with {@link NativeStatus#UNSUPPORTED}
   *     if this CPU or build has no such tiles or not so many threads
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static double amxPeak(ElementType type, int threads, Duration budget) {
    NativeLibrary.load();
    double seconds = seconds(budget);
    try (DoublePointer result = new DoublePointer(1)) {
      NativeLibrary.check(
          "yolo4j_peak_amx", Yolo4j.yolo4j_peak_amx(type.code(), threads, seconds, result));
      return result.get();
    }
  }

  /**
   * Returns bytes a second of passes over memory with the instruction set that kernels run with.
   *
   * @param access what a pass does
   * @param bytes of all arrays of all threads, 4096 a thread or more and at most 2^36; what they
   *     fit into is measured
   * @param threads how many run at once, 1 to 1024, each in its own share
   * @param budget above 0 and at most 10 seconds
   * @throws NativeException if a number is out of range, there is no memory for so many bytes, or
   *     with {@link NativeStatus#UNSUPPORTED} if the library doesn't get so many threads or {@code
   *     YOLO4J_ISA} asks for what this CPU can't run
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static double bandwidth(Access access, long bytes, int threads, Duration budget) {
    NativeLibrary.load();
    double seconds = seconds(budget);
    try (DoublePointer result = new DoublePointer(1)) {
      NativeLibrary.check(
          "yolo4j_bandwidth",
          Yolo4j.yolo4j_bandwidth(access.code(), bytes, threads, seconds, result));
      return result.get();
    }
  }

  /**
   * Returns the bytes of the data cache that one core sees; 0 where the system doesn't tell.
   *
   * @param level 1 to 3
   * @throws NativeException if the level is out of range
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static long cacheBytes(int level) {
    NativeLibrary.load();
    try (LongPointer result = new LongPointer(1)) {
      NativeLibrary.check("yolo4j_cache_size", Yolo4j.yolo4j_cache_size(level, result));
      return result.get();
    }
  }

  /* Not toNanos(): that throws for a budget of centuries, which has a better text as a number. */
  static double seconds(Duration budget) {
    return budget.toSeconds() + budget.toNanosPart() / NANOS_A_SECOND;
  }
}
