package io.yolo4j.cli;

import io.yolo4j.report.StudyReport;
import io.yolo4j.study.Study;
import io.yolo4j.study.StudyData;
import io.yolo4j.study.StudyPlan;
import io.yolo4j.study.StudyResult;
import io.yolo4j.train.Hyperparameters;
import io.yolo4j.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What the studies have in common: data, folder, seeds, and all options of a training. */
final class StudyFlags {
  private static final int NOT_TIMED = 1;
  private static final double NO_TARGET = 0;

  /** Stands where the cells of a study name their networks. */
  private static final String EACH_ITS_OWN = "each its own";

  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();
  @Mixin private TrainFlags flags = new TrainFlags();
  @Mixin private HyperparameterFlags hyperparameters = new HyperparameterFlags();
  @Mixin private CacheOptions caches = new CacheOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "The data set's YAML file.")
  private Path data = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder of the study: new, empty, or that of the same study, which then goes on.")
  private Path out = Path.of("");

  @Option(
      names = "--seeds",
      paramLabel = "N,N…",
      split = ",",
      description = "Seeds of the runs of each alternative. Default: 0,1,2.")
  private List<Long> seeds = List.of(0L, 1L, 2L);

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "Keep one class, in the pictures that show it. Default: all classes.")
  private @Nullable String className;

  @Option(
      names = "--dry-run",
      description = "Check everything and print the plan; train and write nothing.")
  private boolean dryRun;

  /** Makes the plan of a study from options and pictures. */
  interface Planning {
    StudyPlan plan(TrainOptions base, StudyData data, List<Long> seeds) throws IOException;
  }

  /**
   * Runs a study of one network, or prints its plan.
   *
   * @param target the wanted mAP50 of a study of sizes
   */
  int run(TableOutput output, double target, Planning planning) throws IOException {
    if (!given("--model") && !given("--weights")) {
      throw new CommandException(
          ExitCode.USAGE,
          "--model is missing: a shipped model's name or a description file (or --weights with one)");
    }
    return run(output, target, NOT_TIMED, planning);
  }

  /**
   * Runs a study of several networks, or prints its plan.
   *
   * @param timedRuns how often each network is timed
   */
  int runNetworks(TableOutput output, int timedRuns, Planning planning) throws IOException {
    refuse("--model", "this study has --models");
    refuse(
        "--weights", "write the weights of each network into --models, as in yolov5n=yolov5n.pt");
    return run(output, NO_TARGET, timedRuns, planning);
  }

  private int run(TableOutput output, double target, int timedRuns, Planning planning)
      throws IOException {
    executorOptions.check();
    refuse("--seed", "the runs of a study have --seeds");
    Study.requireWritable(out);
    Study study = study(output, timedRuns, planning);
    if (dryRun) {
      StudyText.plan(study, output);
      return ExitCode.DONE;
    }
    StudyProgress progress = new StudyProgress(output, study.plan().runs().size());
    try (Interruption interruption = Interruption.calls(study::cancel, output.err())) {
      StudyResult result = study.run(progress);
      StudyReport.write(out, result, target);
      StudyText.result(study, result, target, output);
      return result.complete() ? ExitCode.DONE : goesOn(output);
    } catch (IOException | RuntimeException e) {
      progress.failed(e);
      throw e;
    }
  }

  private static int goesOn(TableOutput output) {
    output.err().println("yolo4j: the study was ended; the same command goes on with it");
    return ExitCode.FAILED;
  }

  /** Makes the study; what is wrong is said before anything is written. */
  private Study study(TableOutput output, int timedRuns, Planning planning) throws IOException {
    try {
      TrainOptions base = base(hyperparameters.read(null, output), output);
      return Study.of(planning.plan(base, pictures(base, output), seeds), out, timedRuns);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** Refuses an option of a single training that a study has another one for. */
  private void refuse(String option, String why) {
    if (given(option)) {
      throw new CommandException(ExitCode.USAGE, "%s: %s".formatted(option, why));
    }
  }

  private boolean given(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private TrainOptions base(Hyperparameters values, TableOutput output) {
    TrainOptions.Builder builder = TrainOptions.builder(data);
    flags.applyTo(builder);
    if (!given("--model") && !given("--weights")) {
      builder.model(EACH_ITS_OWN);
    }
    TrainOptions options =
        builder
            .folder(out)
            .hyperparameters(values)
            .cacheFolder(caches.folder(output.environment()).orElse(null))
            .build();
    return options.with(
        changes -> changes.torch(executorOptions.over(flags.applyTo(options.torch()))));
  }

  private StudyData pictures(TrainOptions base, TableOutput output) throws IOException {
    try (Progress progress = Progress.of(output, "comparing pictures")) {
      return StudyData.read(base, Optional.ofNullable(className), progress::to);
    }
  }
}
