package io.yolo4j.kernels;

/** A native function failed. The message is the library's: what must hold, what was given. */
public final class NativeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String operation;
  private final NativeStatus status;

  /**
   * Creates the exception.
   *
   * @param operation the native function
   * @param status what it returned
   * @param message the library's text
   */
  public NativeException(String operation, NativeStatus status, String message) {
    super("%s failed (%s): %s".formatted(operation, status.nativeName(), message));
    this.operation = operation;
    this.status = status;
  }

  /** Returns the library's text alone, without the function's name, for people. */
  public String reason() {
    String text = String.valueOf(getMessage());
    // The name stands twice before the text.
    int name = text.lastIndexOf(operation + ": ");
    return name < 0 ? text : text.substring(name + operation.length() + 2);
  }

  /** Returns the native function that failed. */
  public String operation() {
    return operation;
  }

  /** Returns what it returned. */
  public NativeStatus status() {
    return status;
  }
}
