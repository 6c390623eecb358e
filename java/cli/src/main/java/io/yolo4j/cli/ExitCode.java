package io.yolo4j.cli;

/** The exit codes of all commands. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int MISSING = 3;

  private ExitCode() {}
}
