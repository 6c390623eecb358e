package io.yolo4j.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** As {@link Output}, for commands whose rows also make comma-separated values. */
final class TableOutput extends Streams {
  /** Forms of a command's data. */
  enum Format {
    TABLE,
    JSON,
    CSV;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "Form of the output: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TABLE;

  Format format() {
    return format;
  }

  /** Prints a value as JSON. */
  void printJson(Object value) {
    out().println(Output.json(value));
  }
}
