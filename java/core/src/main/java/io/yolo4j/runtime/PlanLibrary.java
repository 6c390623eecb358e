package io.yolo4j.runtime;

import io.yolo4j.bindings.global.Yolo4jPlan;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.kernels.NativeStatus;
import org.bytedeco.javacpp.Loader;

/** The native plan executor with oneDNN; loaded on first use. */
final class PlanLibrary {
  private PlanLibrary() {}

  /**
   * Loads it.
   *
   * @throws UnsupportedOperationException if there are no natives for this platform, or they don't
   *     load; the message says why
   */
  static void load() {
    Holder.load();
  }

  /** Returns the version of the oneDNN library in use. */
  static String oneDnnVersion() {
    load();
    return Yolo4jPlan.yolo4j_plan_onednn_version().getString();
  }

  /**
   * Throws if a function failed; its text is the thread's last one.
   *
   * @throws UnsupportedOperationException if this machine can't do it
   * @throws OutOfMemoryError if there isn't enough
   * @throws NativeException else
   */
  static void check(String operation, int status) {
    if (status == NativeStatus.OK.code()) {
      return;
    }
    String text = Yolo4jPlan.yolo4j_plan_last_error().getString();
    if (status == NativeStatus.UNSUPPORTED.code()) {
      throw new UnsupportedOperationException(text);
    }
    if (status == NativeStatus.OUT_OF_MEMORY.code()) {
      throw new OutOfMemoryError(text);
    }
    NativeStatus known =
        status == NativeStatus.INVALID_ARGUMENT.code()
            ? NativeStatus.INVALID_ARGUMENT
            : NativeStatus.INTERNAL;
    throw new NativeException(operation, known, text);
  }

  /**
   * Loads once. A failure is remembered: what failed once would blur its cause when tried again.
   */
  private static final class Holder {
    private static final String FAILURE = attempt();

    private static String attempt() {
      NativeLibrary.load();
      try {
        Loader.load(Yolo4jPlan.class);
      } catch (LinkageError e) {
        return "the native plan executor doesn't load: "
            + e.getMessage()
            + "; it needs the natives of yolo4j-bindings and of org.bytedeco:dnnl for this platform";
      }
      int version = Yolo4jPlan.yolo4j_plan_abi_version();
      return version == Yolo4jPlan.YOLO4J_PLAN_ABI_VERSION
          ? ""
          : "the native plan executor's ABI version must be %d, got %d; use the same version of yolo4j and yolo4j-bindings"
              .formatted(Yolo4jPlan.YOLO4J_PLAN_ABI_VERSION, version);
    }

    static void load() {
      if (!FAILURE.isEmpty()) {
        throw new UnsupportedOperationException(FAILURE);
      }
    }
  }
}
