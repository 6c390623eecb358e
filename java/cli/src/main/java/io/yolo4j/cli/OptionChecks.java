package io.yolo4j.cli;

/**
 * Checks of option values, before anything is loaded: a value out of range is wrong usage, and the
 * message names the option.
 */
final class OptionChecks {
  private OptionChecks() {}

  static void atLeast(String option, int value, int least) {
    if (value < least) {
      throw new CommandException(
          ExitCode.USAGE, "%s must be at least %d, got %d".formatted(option, least, value));
    }
  }

  static void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new CommandException(
          ExitCode.USAGE, "%s must lie in %d to %d, got %d".formatted(option, least, most, value));
    }
  }

  static void fraction(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new CommandException(
          ExitCode.USAGE, "%s must lie in 0 to 1, got %s".formatted(option, value));
    }
  }
}
