package io.yolo4j.weights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The content of a checkpoint file is not what it must be. Readers throw nothing else for any
 * content, whatever the bytes; plain {@link IOException} means that the file couldn't be read.
 *
 * <p>The message names the file, what must hold, and what was found.
 */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with a file. */
  public enum Reason {
    /** The file ends too early. */
    TRUNCATED,
    /** The file has none of the known formats. */
    NOT_A_CHECKPOINT,
    /** The pickle calls a class or function that is not on the short list of constructors. */
    FORBIDDEN_GLOBAL,
    /** The stored bytes or the storage's size don't cover a tensor. */
    STORAGE_TOO_SHORT,
    /** A record that the pickle or the format names is absent. */
    MISSING_RECORD,
    /** Size, stride or offset of a tensor is negative, inconsistent or beyond every limit. */
    BAD_TENSOR_GEOMETRY,
    /** The opcodes of the pickle are invalid, or the pickle exceeds a limit. */
    BAD_PICKLE,
    /** The zip archive is damaged, or an entry lies outside the archive's root folder. */
    BAD_ARCHIVE,
    /** The header of a safetensors file is invalid. */
    BAD_HEADER,
    /** The content is valid but deliberately not supported. */
    UNSUPPORTED
  }

  private final Reason reason;

  /** Creates the exception; the message is {@code file: detail}. */
  CheckpointException(Path file, Reason reason, String detail) {
    super(file + ": " + detail);
    this.reason = reason;
  }

  /** Returns what is wrong with the file. */
  public Reason reason() {
    return reason;
  }
}
