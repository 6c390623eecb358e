package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs the command line in this process, as a user would. */
final class Cli {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Cli() {}

  /** What a command left: exit code, standard output, standard error. */
  record Run(int code, String out, String err) {
    /** Parses standard output, which must hold one JSON value and nothing else. */
    JsonNode json() {
      try {
        return STRICT.readTree(out);
      } catch (JsonProcessingException e) {
        throw new AssertionError("standard output is not JSON alone: " + out, e);
      }
    }

    List<String> lines() {
      return out.lines().toList();
    }

    Run succeeds() {
      assertThat(code).as("exit code; standard error: %s", err).isZero();
      return this;
    }

    /**
     * Asserts a failure that says what is wrong in one line (wrong usage adds one of help), and
     * nothing on standard output.
     */
    Run fails(int expected, String message) {
      assertThat(err).startsWith("yolo4j: ").contains(message);
      assertThat(err).doesNotContain("null", "Exception", "\tat ");
      assertThat(err.lines().filter(line -> !line.startsWith("Try: ")))
          .as("one sentence: %s", err)
          .hasSize(1);
      assertThat(code).as("exit code; standard error: %s", err).isEqualTo(expected);
      assertThat(out).isEmpty();
      return this;
    }
  }

  static Run run(Object... arguments) {
    return runWith(Map.of(), arguments);
  }

  static Run runWith(Map<String, String> environment, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err, true),
            environment,
            Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }
}
