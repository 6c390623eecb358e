package io.yolo4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The option {@code --format} of a command that prints a table or JSON, and its streams. */
final class Output extends Streams {
  /** Forms of a command's data. */
  enum Format {
    TABLE,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Made when something is printed as JSON, for it loads hundreds of classes. */
  private static final class Json {
    static final ObjectMapper MAPPER =
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  }

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "Form of the output: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TABLE;

  boolean json() {
    return format == Format.JSON;
  }

  /** Prints a value as JSON. */
  void printJson(Object value) {
    out().println(json(value));
  }

  static String json(Object value) {
    try {
      return Json.MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result is not JSON", e);
    }
  }
}
