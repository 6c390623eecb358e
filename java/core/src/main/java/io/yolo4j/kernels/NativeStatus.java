package io.yolo4j.kernels;

/** The statuses of the C ABI, with the codes of {@code enum yolo4j_status}. */
public enum NativeStatus implements NativeCode {
  OK(0, "ok"),
  /** The caller's mistake; nothing was written. */
  INVALID_ARGUMENT(1, "invalid_argument"),
  /** This CPU, device or build can't do it. */
  UNSUPPORTED(2, "unsupported"),
  OUT_OF_MEMORY(3, "out_of_memory"),
  /** A bug in the native library. */
  INTERNAL(4, "internal");

  private final int code;
  private final String nativeName;

  NativeStatus(int code, String nativeName) {
    this.code = code;
    this.nativeName = nativeName;
  }

  @Override
  public int code() {
    return code;
  }

  @Override
  public String nativeName() {
    return nativeName;
  }
}
