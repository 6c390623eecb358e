package io.yolo4j.cli;

import io.yolo4j.train.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a failure says to the user: one sentence. */
final class ErrorText {
  private ErrorText() {}

  /**
   * Expected errors speak for themselves; others name their class, since their message alone may
   * say nothing.
   */
  static String of(Exception exception) {
    if (exception instanceof UncheckedIOException
        && exception.getCause() instanceof IOException io) {
      return of(io);
    }
    if (exception instanceof FileSystemException failure && failure.getReason() == null) {
      return failure.getFile() + ": " + reason(failure);
    }
    boolean expected =
        exception instanceof IOException
            || exception instanceof IllegalArgumentException
            || exception instanceof IllegalStateException
            || exception instanceof UnsupportedOperationException
            || exception instanceof TrainingException
            || exception instanceof CommandException;
    return expected && exception.getMessage() != null
        ? exception.getMessage()
        : "unexpected error: " + exception + " (YOLO4J_DEBUG=1 shows where)";
  }

  /** The message of these exceptions is the file's name alone. */
  private static String reason(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "a file of that name is in the way";
    }
    if (failure instanceof NotDirectoryException) {
      return "must be a folder";
    }
    return failure.getClass().getSimpleName();
  }
}
