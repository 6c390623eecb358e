package io.yolo4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. Data goes to standard output, progress and errors to standard error. */
@Command(
    name = "yolo4j",
    description = "YOLOv5 variants in Java: assemble, train, validate, profile and run.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
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
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          SummaryCommand.class,
          DrawCommand.class,
          DetectCommand.class,
          TrainCommand.class,
          StudyCommand.class,
          PruneCommand.class,
          DistillCommand.class,
          ValCommand.class,
          ProfileCommand.class,
          ConvertCommand.class,
          ExportCommand.class,
          QuantizeCommand.class,
          PlanCommand.class,
          DataCommand.class,
          DoctorCommand.class,
          HelpCommand.class);

  private final Map<String, String> environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, System.getenv(), arguments);
    err.flush();
    System.exit(code);
  }

  /** Runs a command with these streams and environment, and returns its exit code. */
  static int run(
      PrintWriter out, PrintWriter err, Map<String, String> environment, String... arguments) {
    boolean debug = "1".equals(environment.get("YOLO4J_DEBUG"));
    CommandLine line = commandLine(environment, named(arguments)).setOut(out).setErr(err);
    line.setParameterExceptionHandler((exception, args) -> usageError(exception, args));
    line.setExecutionExceptionHandler(
        (exception, command, result) -> executionError(exception, command.getErr(), debug));
    int code;
    try {
      code = line.execute(arguments);
    } catch (OutOfMemoryError e) {
      err.println(
          "yolo4j: out of memory (%s); a smaller --imgsz needs less, YOLO4J_JAVA_OPTS=-Xmx4g gives more"
              .formatted(e.getMessage()));
      code = ExitCode.FAILED;
    }
    // Flushes; a full disk or a closed pipe shows nowhere else, for a PrintWriter throws nothing.
    if (out.checkError() && code == ExitCode.DONE) {
      err.println("yolo4j: standard output could not be written to its end");
      code = ExitCode.FAILED;
    }
    return code;
  }

  /** Returns the command line without streams; the reference page is made from it. */
  static CommandLine commandLine() {
    return commandLine(Map.of(), COMMANDS);
  }

  /**
   * Returns the command that is named first, else all: reading the options of each takes a third of
   * the time of a detection.
   */
  private static List<Class<?>> named(String... arguments) {
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(command -> arguments.length > 0 && nameOf(command).equals(arguments[0]))
            .toList();
    return named.isEmpty() || named.contains(HelpCommand.class) ? COMMANDS : named;
  }

  private static String nameOf(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  private static CommandLine commandLine(Map<String, String> environment, List<Class<?>> commands) {
    CommandLine line = new CommandLine(new Main(environment));
    commands.forEach(line::addSubcommand);
    return line.registerConverter(Path.class, Main::path)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100);
  }

  /** What the process was started with. */
  Map<String, String> environment() {
    return environment;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** An empty name would be the current folder. */
  private static Path path(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("must name a file or folder, is empty");
    }
    return Path.of(text);
  }

  private static int usageError(ParameterException exception, String[] arguments) {
    CommandLine line = exception.getCommandLine();
    ParameterException shown = misspelt(exception, arguments).orElse(exception);
    PrintWriter err = line.getErr();
    err.println("yolo4j: " + shown.getMessage());
    UnmatchedArgumentException.printSuggestions(shown, err);
    err.printf("Try: %s --help%n", line.getCommandSpec().qualifiedName());
    return ExitCode.USAGE;
  }

  /**
   * A misspelt required option is reported as missing; what is wrong is the option that is there.
   */
  private static Optional<ParameterException> misspelt(
      ParameterException exception, String[] arguments) {
    if (!(exception instanceof MissingParameterException)) {
      return Optional.empty();
    }
    CommandLine line = exception.getCommandLine();
    return Stream.of(arguments)
        .filter(argument -> argument.startsWith("--") && argument.length() > 2)
        .filter(
            argument ->
                !line.getCommandSpec().optionsMap().containsKey(argument.replaceFirst("=.*", "")))
        .findFirst()
        .map(argument -> new UnmatchedArgumentException(line, List.of(argument)));
  }

  private static int executionError(Exception exception, PrintWriter err, boolean debug) {
    err.println("yolo4j: " + ErrorText.of(exception));
    if (debug) {
      exception.printStackTrace(err);
    }
    if (exception instanceof CommandException failure) {
      return failure.exitCode();
    }
    return exception instanceof UnsupportedOperationException ? ExitCode.MISSING : ExitCode.FAILED;
  }
}
