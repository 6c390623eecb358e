package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all commands share, and {@code doctor}. */
final class MainTest {
  @Test
  void help_namesEveryCommandAndExitCode() {
    Cli.Run run = Cli.run("--help").succeeds();
    assertThat(run.out()).contains("summary", "detect", "val", "convert", "doctor", "Exit codes:");
    assertThat(run.err()).isEmpty();
    assertThat(Cli.run("--version").succeeds().out()).matches("yolo4j \\d+\\.\\d+\\S*\\R");
  }

  @ParameterizedTest
  @ValueSource(strings = {"summary", "detect", "val", "convert", "doctor"})
  void help_ofEveryCommand_describesEveryOption(String command) {
    Cli.Run run = Cli.run(command, "--help").succeeds();
    Main.commandLine().getSubcommands().entrySet().stream()
        .filter(entry -> entry.getKey().equals(command))
        .flatMap(entry -> entry.getValue().getCommandSpec().options().stream())
        .forEach(
            option -> {
              String name = option.longestName();
              assertThat(run.out())
                  .contains(option.negatable() ? name.replaceFirst("--", "--[no-]") : name);
              assertThat(option.description()).as(option.longestName()).isNotEmpty();
            });
    assertThat(Cli.run(command, "--version").succeeds().out()).startsWith("yolo4j ");
    assertThat(Cli.run("help", command).succeeds().out()).isEqualTo(run.out());
  }

  @Test
  void wrongUse_isExplainedInOneLineWithASuggestion() {
    Cli.run().fails(ExitCode.USAGE, "a command is missing");
    assertThat(Cli.run("detct").code()).isEqualTo(ExitCode.USAGE);
    assertThat(Cli.run("detct").err()).contains("'detct'").contains("yolo4j detect");
    Cli.Run misspelt = Cli.run("detect", "--weigths", "x.pt", "--source", "y.jpg");
    assertThat(misspelt.code()).isEqualTo(ExitCode.USAGE);
    assertThat(misspelt.err())
        .startsWith("yolo4j: Unknown option: '--weigths'")
        .contains("--weights")
        .contains("Try: yolo4j detect --help");
    Cli.run("detect", "--weights", "x.pt")
        .fails(ExitCode.USAGE, "Missing required option: '--source=SOURCE'");
    Cli.run("val", "--weights", "x.pt")
        .fails(ExitCode.USAGE, "Missing required option: '--data=FILE'");
    Cli.run("convert").fails(ExitCode.USAGE, "Missing required parameters: 'IN', 'OUT'");
    Cli.run("detect", "--weights", "", "--source", "x")
        .fails(ExitCode.USAGE, "must name a file or folder, is empty");
    Cli.run("detect", "--weights", "x.pt", "--source", "x", "--imgsz", "big")
        .fails(ExitCode.USAGE, "'--imgsz'");
    Cli.run("detect", "--weights", "x.pt", "--source", "x", "--device", "tpu")
        .fails(ExitCode.USAGE, "'--device'");
  }

  @Test
  void debug_addsTheStackTrace() {
    assertThat(Cli.run("summary", "no.pt").err()).doesNotContain("\tat ");
    assertThat(Cli.runWith(Map.of("YOLO4J_DEBUG", "0"), "summary", "no.pt").err())
        .doesNotContain("\tat ");
    assertThat(Cli.runWith(Map.of("YOLO4J_DEBUG", "1"), "summary", "no.pt").err())
        .contains("\tat io.yolo4j");
  }

  @Test
  void run_standardOutputIsClosed_fails() {
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws IOException {
            throw new IOException("Broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(closed), new PrintWriter(err, true), Map.of(), "summary", "yolov5n");
    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().strip())
        .isEqualTo("yolo4j: standard output could not be written to its end");
  }

  @Test
  void doctor_thisMachine_isWell() {
    Cli.Run run = Cli.run("doctor").succeeds();
    assertThat(run.out()).contains("ok   java", "ok   kernels", "ok   libtorch", "ok   opencv");
    JsonNode json = Cli.run("doctor", "--format", "json").succeeds().json();
    for (String what : new String[] {"java", "platform", "kernels", "cpu", "libtorch", "opencv"}) {
      assertThat(json.at("/" + what + "/ok").asBoolean()).as(what).isTrue();
      assertThat(json.at("/" + what + "/detail").asText()).as(what).isNotBlank();
    }
    assertThat(json.get("exit_code").asInt()).isZero();
  }

  @Test
  void doctor_gpuAskedFor_failsWithTheReasonWhereThereIsNone() {
    JsonNode json = Cli.run("doctor", "--format", "json").json();
    boolean usable = json.at("/gpu/ok").asBoolean();
    Cli.Run run = Cli.run("doctor", "--gpu");
    assertThat(run.code()).isEqualTo(usable ? ExitCode.DONE : ExitCode.MISSING);
    assertThat(run.out()).contains(json.at("/gpu/detail").asText());
  }
}
