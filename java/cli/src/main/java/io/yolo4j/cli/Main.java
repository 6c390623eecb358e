package io.yolo4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. Data goes to standard output, progress and errors to standard error. */
@Command(
    name = "yolo4j",
    description = "YOLOv5 variants in Java: assemble, validate, profile and run.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SummaryCommand.class,
      DetectCommand.class,
      ValCommand.class,
      ConvertCommand.class,
      DoctorCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or done for a part of the input only",
      "2:wrong usage",
      "3:a device or native library is missing"
    },
    footer = {
      "",
      "The variable YOLO4J_DEBUG=1 adds stack traces to errors, YOLO4J_LOG=INFO more log."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, System.getenv(), arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Runs a command with these streams and environment, and returns its exit code. */
  static int run(
      PrintWriter out, PrintWriter err, Map<String, String> environment, String... arguments) {
    boolean debug = environment.containsKey("YOLO4J_DEBUG");
    CommandLine line = commandLine().setOut(out).setErr(err);
    line.setParameterExceptionHandler((exception, args) -> usageError(exception));
    line.setExecutionExceptionHandler(
        (exception, command, result) -> executionError(exception, command.getErr(), debug));
    int code = line.execute(arguments);
    out.flush();
    return code;
  }

  /** Returns the command line without streams; the reference page is made from it. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int usageError(ParameterException exception) {
    CommandLine line = exception.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("yolo4j: " + exception.getMessage());
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.printf("Try: %s --help%n", line.getCommandSpec().qualifiedName());
    return ExitCode.USAGE;
  }

  private static int executionError(Exception exception, PrintWriter err, boolean debug) {
    err.println("yolo4j: " + message(exception));
    if (debug) {
      exception.printStackTrace(err);
    }
    if (exception instanceof CommandException failure) {
      return failure.exitCode();
    }
    return exception instanceof UnsupportedOperationException ? ExitCode.MISSING : ExitCode.FAILED;
  }

  /**
   * Expected errors speak for themselves; others name their class, since their message alone may
   * say nothing.
   */
  private static String message(Exception exception) {
    boolean expected =
        exception instanceof IOException
            || exception instanceof UncheckedIOException
            || exception instanceof IllegalArgumentException
            || exception instanceof IllegalStateException
            || exception instanceof UnsupportedOperationException
            || exception instanceof CommandException;
    if (exception instanceof java.nio.file.NoSuchFileException missing) {
      return missing.getFile() + ": no such file";
    }
    return expected && exception.getMessage() != null
        ? exception.getMessage()
        : "unexpected error: " + exception + " (YOLO4J_DEBUG=1 shows where)";
  }
}
