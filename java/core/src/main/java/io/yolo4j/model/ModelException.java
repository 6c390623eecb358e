package io.yolo4j.model;

/**
 * A model description that cannot be built; the message names the file, the row and what was
 * expected.
 */
public final class ModelException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** Creates an exception with that message. */
  public ModelException(String message) {
    super(message);
  }

  /** Creates an exception with that message and cause. */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
