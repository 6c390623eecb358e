package io.yolo4j.study;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Adds up the seconds of a run over the processes that work on it, in a file beside its folder. */
final class RunClock implements TrainingListener {
  private final Path file;
  private double seconds;

  private RunClock(Path file, double seconds) {
    this.file = file;
    this.seconds = seconds;
  }

  /** Opens the clock of a run in a folder; it starts at 0 for a new run. */
  static RunClock open(Path folder) throws IOException {
    Path file = folder.resolveSibling(folder.getFileName() + ".seconds");
    boolean known = Files.exists(folder) && Files.exists(file);
    return new RunClock(file, known ? read(file) : 0);
  }

  private static double read(Path file) throws IOException {
    try {
      return Double.parseDouble(Files.readString(file).strip());
    } catch (NumberFormatException e) {
      throw new IOException(file + ": must hold a number of seconds", e);
    }
  }

  double seconds() {
    return seconds;
  }

  @Override
  public void epochDone(EpochResult result) {
    seconds += result.seconds() + result.validationSeconds();
    try {
      AtomicFile.write(file, seconds + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
