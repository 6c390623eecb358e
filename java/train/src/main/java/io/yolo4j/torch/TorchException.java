package io.yolo4j.torch;

/** A failure inside LibTorch: the operation, and the first line of LibTorch's message. */
public final class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates an exception for a failed operation. */
  public TorchException(String operation, Throwable cause) {
    super(operation + ": " + firstLine(cause), cause);
  }

  // LibTorch appends its whole C++ stack to the message.
  private static String firstLine(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
