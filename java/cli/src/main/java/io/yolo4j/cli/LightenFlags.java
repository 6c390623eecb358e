package io.yolo4j.cli;

import io.yolo4j.data.DatasetConfig;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.lighten.Weighed;
import io.yolo4j.lighten.Weighing;
import io.yolo4j.report.LighteningPage;
import io.yolo4j.report.RunReport;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.train.RunData;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.TrainOptionsYaml;
import io.yolo4j.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that make models lighter have in common: their trainings and their report. */
final class LightenFlags {
  /** File of the report's values in the run's folder. */
  static final String VALUES = "lightening.json";

  /** File of the report's page in the run's folder. */
  static final String PAGE = "lightening.html";

  @Mixin private TrainFlags flags = new TrainFlags();
  @Mixin private HyperparameterFlags hyperparameterFlags = new HyperparameterFlags();
  @Mixin private CacheOptions caches = new CacheOptions();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The data set's YAML file.")
  private Path data = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the results, empty or absent. Default: the next free of runs/.")
  private @Nullable Path out;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "50",
      description = "Timed runs of each model at the end. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--no-plots",
      description = "Write no plots of the trainings as pictures; report.html shows them all.")
  private boolean withoutPlots;

  /** Returns the options of the trainings. */
  TrainOptions training(String command, ExecutorOptions executors, Output output)
      throws IOException {
    OptionChecks.atLeast("--runs", runs, 1);
    executors.check();
    Path folder = out == null ? RunFolders.next(Path.of("runs", command), "exp") : out;
    try {
      TrainOptions.Builder builder = TrainOptions.builder(data);
      flags.applyTo(builder);
      TrainOptions options =
          builder
              .folder(folder)
              .hyperparameters(hyperparameterFlags.read(null, output))
              .cacheFolder(caches.folder(output.environment()).orElse(null))
              .build();
      return options.with(changes -> changes.torch(executors.over(flags.applyTo(options.torch()))));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** Returns who is told of a training. */
  TrainingListener listener(TrainOptions options, Output output) {
    Map<String, Object> shown = new LinkedHashMap<>(TrainOptionsYaml.toMap(options));
    shown.putAll(options.hyperparameters().toMap());
    return TrainingListener.all(
        List.of(
            new TrainingProgress(output), new RunReport(options.folder(), shown, !withoutPlots)));
  }

  /**
   * Weighs models, prints the table or JSON and writes both files.
   *
   * @param title of the page
   * @param facts what else the report says, by name
   */
  void report(
      String title,
      TrainOptions options,
      List<Weighing.Subject> subjects,
      Map<String, Object> facts,
      ExecutorOptions executors,
      Output output)
      throws IOException {
    Weighing weighing = new Weighing(options.imageSize(), runs, options.torch(), executors.plan());
    if (options.torch().precision() == TorchOptions.Precision.FLOAT16) {
      output.err().println("yolo4j: plans have no fp16: theirs are weighed in fp32");
    }
    output.err().printf("yolo4j: weighing %d models at %d%n", subjects.size(), options.imageSize());
    List<Weighed> weighed =
        weighing.of(subjects, RunData.read(options, TrainingListener.NONE).validation());
    Map<String, Object> json = new LinkedHashMap<>(facts);
    json.put("imgsz", options.imageSize());
    json.put("runs", runs);
    json.put("models", LighteningText.json(weighed));
    Files.createDirectories(options.folder());
    AtomicFile.write(options.folder().resolve(VALUES), Output.json(json));
    Path page = options.folder().resolve(PAGE);
    AtomicFile.write(page, LighteningPage.of(title, options.imageSize(), weighed, facts));
    if (output.json()) {
      output.printJson(json);
    } else {
      LighteningText.table(weighed).print(output.out());
    }
    output.out().flush();
    output.err().println("report: " + page);
  }

  /** Returns whether a model file has as many classes as a training's data set. */
  static boolean fits(Path file, TrainOptions options) throws IOException {
    int classes = options.singleClass() ? 1 : DatasetConfig.read(options.data()).classes();
    return LoadedModel.describe(file.toString()).classes() == classes;
  }
}
