package io.yolo4j.cli;

import io.yolo4j.kernels.GpuCounters;
import io.yolo4j.kernels.NativeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Whether GPU counters can be read here, and why not. */
final class CounterAccess {
  /** The GPU that networks run on. */
  private static final int GPU = 0;

  private static final String VARIABLE = "YOLO4J_CUPTI";

  private CounterAccess() {}

  /**
   * What was found.
   *
   * @param counting whether the GPU can be counted on; else there are times only
   * @param library libcupti's version and file; empty where there is none
   * @param sentence all of it, for people
   */
  record Result(boolean counting, Optional<String> library, String sentence) {
    /** Returns the tier's name. */
    String tier() {
      return counting ? "counters" : "timing only";
    }
  }

  /**
   * Opens libcupti where the environment has it; the caller closes it.
   *
   * @throws NativeException if there is none
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  static GpuCounters open(Map<String, String> environment) {
    String file = environment.getOrDefault(VARIABLE, "");
    return file.isEmpty() ? GpuCounters.open() : GpuCounters.open(Path.of(file));
  }

  static Result run(Map<String, String> environment) {
    try (GpuCounters counters = open(environment)) {
      return of(counters);
    } catch (NativeException | UnsupportedOperationException e) {
      return without(e);
    }
  }

  /** Returns what an opened library allows. */
  static Result of(GpuCounters counters) {
    String library = "libcupti %s (%s)".formatted(counters.version(), counters.path());
    Optional<String> obstacle = counters.whyNot(GPU);
    String sentence =
        obstacle
            .map(reason -> "timing only: %s is found, but %s".formatted(library, reason))
            .orElseGet(() -> "%s counts on chip %s".formatted(library, counters.chip(GPU)));
    return new Result(obstacle.isEmpty(), Optional.of(library), sentence);
  }

  /** Returns what is left without the library. */
  static Result without(RuntimeException e) {
    String reason =
        e instanceof NativeException failure ? failure.reason() : String.valueOf(e.getMessage());
    return new Result(false, Optional.empty(), "timing only: " + reason);
  }
}
