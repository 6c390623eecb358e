package io.yolo4j.train;

/** A run cannot start or go on; the message says what must hold, what was found and where. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates an exception. */
  public TrainingException(String message) {
    super(message);
  }

  /** Creates an exception with a cause. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
