package io.yolo4j.data;

import java.io.IOException;

/** A data set that cannot be used; the message names the file and the key or line. */
public final class DatasetException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  public DatasetException(String message) {
    super(message);
  }

  /** Creates the exception with what caused it. */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
