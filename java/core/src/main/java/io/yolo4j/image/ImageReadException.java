package io.yolo4j.image;

import java.io.IOException;

/** A picture that cannot be read; the message names the file and what is wrong with it. */
public final class ImageReadException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /** Creates the exception for a file. */
  public ImageReadException(String name, String reason) {
    super("cannot read picture " + name + ": " + reason);
    this.reason = reason;
  }

  /** Creates the exception for a file, with what caused it. */
  public ImageReadException(String name, String reason, Throwable cause) {
    super("cannot read picture " + name + ": " + reason, cause);
    this.reason = reason;
  }

  /** Returns what is wrong, without the file's name; for messages that name the file themselves. */
  public String reason() {
    return reason;
  }
}
