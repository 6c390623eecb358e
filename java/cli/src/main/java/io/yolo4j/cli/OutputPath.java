package io.yolo4j.cli;

import io.yolo4j.detect.ModelCopy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that a command writes at its end: what is wrong with them is said at its beginning. */
final class OutputPath {
  private OutputPath() {}

  /**
   * Checks that a file can be written, before anything is measured.
   *
   * @param option that gave it
   * @param file the file, or null if there is none
   */
  static void check(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    if (Files.isDirectory(file)) {
      throw refused(option, file, "is a folder; a file was to be named");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw refused(option, file, "lies in no folder that exists; make it first");
    }
    if (!Files.isWritable(folder) || (Files.exists(file) && !Files.isWritable(file))) {
      throw refused(option, file, "cannot be written: no permission");
    }
  }

  /**
   * As {@link #check}, of a picture, whose name says its format.
   *
   * @param file the file, or null if there is none
   */
  static void checkPicture(String option, @Nullable Path file) {
    if (file != null && !file.toString().matches("(?i).*\\.(png|jpe?g)")) {
      throw refused(option, file, "must end in .png, .jpg or .jpeg");
    }
    check(option, file);
  }

  /** As {@link #check}, of a copy of a model, which must not be there yet. */
  static void checkModel(String option, Path file) {
    try {
      ModelCopy.checkTarget(file);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, option + " " + e.getMessage());
    }
    check(option, file);
  }

  private static CommandException refused(String option, Path file, String why) {
    return new CommandException(ExitCode.USAGE, "%s: %s %s".formatted(option, file, why));
  }
}
