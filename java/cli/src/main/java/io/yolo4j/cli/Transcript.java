package io.yolo4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;

/** Passes text on and keeps it. */
final class Transcript extends Writer {
  private final PrintWriter target;
  private final StringWriter kept = new StringWriter();

  /**
   * Creates one.
   *
   * @param target where the text goes; it stays open
   */
  Transcript(PrintWriter target) {
    this.target = target;
  }

  @Override
  public void write(char[] text, int from, int length) {
    target.write(text, from, length);
    kept.write(text, from, length);
  }

  @Override
  public void flush() {
    target.flush();
  }

  @Override
  public void close() {
    flush();
  }

  /** Returns all that was written. */
  String text() {
    return kept.toString();
  }
}
