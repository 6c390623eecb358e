package io.yolo4j.train;

/** A loss is NaN or infinite; the message names the batch's files. */
public final class LossNotFiniteException extends TrainingException {
  private static final long serialVersionUID = 1;

  /** Creates an exception. */
  public LossNotFiniteException(String message) {
    super(message);
  }
}
