package io.yolo4j.augment;

import java.nio.file.Path;

/**
 * A picture that was readable when the data set was checked, but isn't while it is trained on. The
 * message names the file.
 */
public final class TrainingImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  /** Creates the exception. */
  TrainingImageException(Path file, String message, Throwable cause) {
    super(message, cause);
    this.file = file;
  }

  /** Returns the picture's file. */
  public Path file() {
    return file;
  }
}
