package io.yolo4j.cli;

import io.yolo4j.report.RunReport;
import io.yolo4j.train.Evolution;
import io.yolo4j.train.EvolutionBudget;
import io.yolo4j.train.EvolutionStudy;
import io.yolo4j.train.Hyperparameters;
import io.yolo4j.train.SeedStudy;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.TrainOptionsYaml;
import io.yolo4j.train.Trainer;
import io.yolo4j.train.TrainingListener;
import io.yolo4j.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code yolo4j train}. */
@Command(
    name = "train",
    description = "Train a model on a data set.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Ctrl-C ends a run after the batch that is under way, with a checkpoint; --resume goes on",
      "from there with the same numbers as if it had never ended."
    })
final class TrainCommand implements Callable<Integer> {
  private static final Set<String> RESUMES_WITH = Set.of("--resume", "--no-plots", "--format");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Output output = new Output();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();
  @Mixin private TrainFlags flags = new TrainFlags();
  @Mixin private HyperparameterFlags hyperparameterFlags = new HyperparameterFlags();
  @Mixin private FreezeFlags freeze = new FreezeFlags();
  @Mixin private EvolveFlags evolve = new EvolveFlags();
  @Mixin private CacheOptions caches = new CacheOptions();

  @Option(names = "--data", paramLabel = "FILE", description = "The data set's YAML file.")
  private @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The opt.yaml of another run; other options go on top. The hyp.yaml beside it is used unless --hyp names one.")
  private @Nullable Path config;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder of the run, empty or absent. Default: the next free of runs/train/exp, exp2, exp3 …")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run: its folder or its last.safetensors; no other option of the run is allowed.")
  private @Nullable Path resume;

  @Option(
      names = "--seeds",
      paramLabel = "N,N…",
      split = ",",
      description = "Train once for each seed and print mean and standard deviation.")
  private List<Long> seeds = List.of();

  @Option(
      names = "--no-plots",
      description = "Write no plots as pictures; report.html shows them all.")
  private boolean withoutPlots;

  /** Of the run that is under way or was last. */
  private @Nullable RunReport report;

  @Override
  public Integer call() throws IOException {
    executorOptions.check();
    try {
      return study();
    } catch (IOException | RuntimeException e) {
      if (report != null) {
        report.failed(ErrorText.of(e));
      }
      throw e;
    }
  }

  private int study() throws IOException {
    if (resume != null) {
      checkResumesAlone();
      Trainer trainer = Trainer.resume(resume);
      return exitCode(run(trainer));
    }
    TrainOptions options = options();
    Optional<EvolutionBudget> budget = evolve.budget();
    if (budget.isPresent()) {
      if (!seeds.isEmpty()) {
        throw new CommandException(
            ExitCode.USAGE, "--seeds and --evolve are two studies; give one of them");
      }
      return evolve(new EvolutionStudy(options, budget.get()), options);
    }
    if (!seeds.isEmpty()) {
      return study(new SeedStudy(options, seeds));
    }
    return exitCode(run(Trainer.of(options)));
  }

  private static int exitCode(TrainingResult result) {
    return result.end() == TrainingResult.End.CANCELLED ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** A run goes on as it began, bit by bit; changing it would be another run. */
  private void checkResumesAlone() {
    List<String> others =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(name -> !RESUMES_WITH.contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "--resume goes on with the options that the run began with; leave out "
              + String.join(", ", others));
    }
  }

  private TrainOptions options() throws IOException {
    Path folder = out == null ? RunFolders.next(Path.of("runs", "train"), "exp") : out;
    Hyperparameters hyperparameters = hyperparameterFlags.read(config, output);
    try {
      TrainOptions.Builder builder = start(hyperparameters);
      if (data != null) {
        builder.data(data);
      }
      flags.applyTo(builder);
      builder
          .folder(folder)
          .hyperparameters(hyperparameters)
          .cacheFolder(caches.folder(output.environment()).orElse(null));
      TrainOptions options = builder.build();
      return options.with(
          changes ->
              changes
                  .torch(executorOptions.over(flags.applyTo(options.torch())))
                  .freeze(freeze.over(options.freeze())));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private TrainOptions.Builder start(Hyperparameters hyperparameters) throws IOException {
    if (config != null) {
      return TrainOptionsYaml.read(config, hyperparameters).toBuilder();
    }
    if (data == null) {
      throw new CommandException(
          ExitCode.USAGE, "--data is missing: the data set's YAML file (or --config, or --resume)");
    }
    return TrainOptions.builder(data);
  }

  private TrainingResult run(Trainer trainer) throws IOException {
    try (Interruption interruption = Interruption.calls(trainer::cancel, output.err())) {
      TrainingResult result = trainer.run(listener(trainer.options()));
      TrainSummary.print(result, output);
      return result;
    }
  }

  private int study(SeedStudy study) throws IOException {
    try (Interruption interruption = Interruption.calls(study::cancel, output.err())) {
      SeedStudy.Result result = study.run(this::listener);
      TrainSummary.print(result, output);
      return result.runs().size() == seeds.size() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private int evolve(EvolutionStudy study, TrainOptions options) throws IOException {
    try (Interruption interruption = Interruption.calls(study::cancel, output.err())) {
      Optional<Evolution.Trial> best = study.run(this::listener);
      best.ifPresent(trial -> TrainSummary.print(trial, options.folder(), output));
      return best.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private TrainingListener listener(TrainOptions options) {
    Map<String, Object> shown = new LinkedHashMap<>(TrainOptionsYaml.toMap(options));
    shown.putAll(options.hyperparameters().toMap());
    RunReport pages = new RunReport(options.folder(), shown, !withoutPlots);
    report = pages;
    return TrainingListener.all(List.of(new TrainingProgress(output), pages));
  }
}
