package io.yolo4j.kernels;

import io.yolo4j.bindings.global.Yolo4j;
import java.util.function.Supplier;

/**
 * The native kernels of this process. Nothing is loaded before the first {@link #load()}, and
 * everything that doesn't compute natively works without them.
 *
 * <p>Threads: safe.
 */
public final class NativeLibrary {
  private final String path;
  private final String version;
  private final String compiler;
  private final CpuFeatures cpu;
  private final Isa isa;

  NativeLibrary(String path, String version, String compiler, CpuFeatures cpu, Isa isa) {
    this.path = path;
    this.version = version;
    this.compiler = compiler;
    this.cpu = cpu;
    this.isa = isa;
  }

  /**
   * Returns the library, loading it on the first call.
   *
   * @throws UnsupportedOperationException if there are no natives for this platform, or they don't
   *     load; the message says why and names the way out
   * @throws NativeException if {@code YOLO4J_ISA} asks for what this CPU can't run
   */
  public static NativeLibrary load() {
    return Holder.RESULT.get();
  }

  /**
   * Returns whether {@link #load()} gives the library, for callers that have another way.
   *
   * @throws NativeException as {@link #load()}: a wish that can't be met is no reason to take
   *     another way silently
   */
  public static boolean isAvailable() {
    try {
      load();
      return true;
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Throws if a native function failed. Call it on the thread that called the function, before any
   * other native call: the text is the thread's last error.
   *
   * @param operation the native function, for the message
   * @param status what it returned
   * @throws NativeException if the status isn't 0
   */
  public static void check(String operation, int status) {
    if (status != NativeStatus.OK.code()) {
      throw new NativeException(
          operation, statusOf(status), Yolo4j.yolo4j_last_error().getString());
    }
  }

  /** Returns the file that was loaded. */
  public String path() {
    return path;
  }

  /** Returns the library's version. */
  public String version() {
    return version;
  }

  /** Returns the compiler that built the library, with its version. */
  public String compiler() {
    return compiler;
  }

  /** Returns this CPU and its features. */
  public CpuFeatures cpu() {
    return cpu;
  }

  /** Returns the instruction set that kernels run with in this process. */
  public Isa isa() {
    return isa;
  }

  /** Returns how many threads kernels use when called from the current thread. */
  public int threads() {
    return Yolo4j.yolo4j_num_threads();
  }

  /**
   * Sets how many threads kernels use when called from the current thread; other threads keep their
   * number.
   *
   * @throws NativeException if the number is below 1, or the library was built for one thread
   */
  public void setThreads(int threads) {
    check("yolo4j_set_num_threads", Yolo4j.yolo4j_set_num_threads(threads));
  }

  /** Returns a line for people: version, instruction set, CPU, file. */
  @Override
  public String toString() {
    return "yolo4j native %s (%s), %s on %s, %s"
        .formatted(version, compiler, isa.nativeName(), cpu, path);
  }

  private static NativeStatus statusOf(int code) {
    for (NativeStatus status : NativeStatus.values()) {
      if (status.code() == code) {
        return status;
      }
    }
    return NativeStatus.INTERNAL;
  }

  /** Loads once, and remembers a failure as well: retrying would only blur its first cause. */
  private static final class Holder {
    static final Supplier<NativeLibrary> RESULT = attempt();

    private static Supplier<NativeLibrary> attempt() {
      try {
        NativeLibrary library = NativeLoader.load();
        return () -> library;
      } catch (UnsupportedOperationException e) {
        return () -> {
          throw new UnsupportedOperationException(e.getMessage(), e);
        };
      } catch (NativeException e) {
        return () -> {
          throw e;
        };
      }
    }
  }
}
