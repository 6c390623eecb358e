package io.yolo4j.cli;

import io.yolo4j.study.StudyPlans;
import io.yolo4j.study.StudyPlans.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j study backbone}. */
@Command(
    name = "backbone",
    description =
        "Find out which network: train several, rank them by mAP50, and time each on both runtimes.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Times are medians of one picture of --imgsz, all networks in turns, measured when all runs",
      "are done: then leave the machine alone. Ctrl-C ends a study after the batch under way; the",
      "same command goes on with it."
    })
final class StudyBackboneCommand implements Callable<Integer> {
  @Mixin private TableOutput output = new TableOutput();
  @Mixin private StudyFlags study = new StudyFlags();

  @Option(
      names = "--models",
      required = true,
      paramLabel = "MODEL[=FILE],…",
      split = ",",
      description =
          "Networks: shipped models' names or description files, each with the weights that it starts from. Without a file: random weights.")
  private List<String> models = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "50",
      description = "How often each network is timed. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Override
  public Integer call() throws IOException {
    OptionChecks.atLeast("--runs", runs, 3);
    List<Network> networks = models.stream().map(StudyBackboneCommand::network).toList();
    return study.runNetworks(
        output, runs, (base, data, seeds) -> StudyPlans.backbone(base, data, networks, seeds));
  }

  private static Network network(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new Network(text, null);
    }
    if (equals == 0 || equals == text.length() - 1) {
      throw new CommandException(
          ExitCode.USAGE, "--models: must be MODEL or MODEL=FILE, got '%s'".formatted(text));
    }
    return new Network(text.substring(0, equals), Path.of(text.substring(equals + 1)));
  }
}
