package io.yolo4j.cli;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.Detection;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.ConfusionMatrix;
import io.yolo4j.eval.ValidationListener;
import io.yolo4j.eval.ValidationOptions;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.eval.Validator;
import io.yolo4j.report.ValidationReport;
import io.yolo4j.runtime.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j val}. */
@Command(
    name = "val",
    description = "Measure a model on a data set: precision, recall, mAP, speed.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ValCommand implements Callable<Integer> {
  private static final int ISSUES_SHOWN = 10;

  @Mixin private Output output = new Output();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();

  @Mixin private BackendOption backendOption = new BackendOption(BackendOption.Backend.TORCH);
  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The data set's YAML file.")
  private Path data = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "val",
      description = "Part of the data set: train, val or test. Default: ${DEFAULT-VALUE}.")
  private Split split = Split.VAL;

  @Option(
      names = "--imgsz",
      paramLabel = "N",
      defaultValue = "640",
      description =
          "Long side that pictures are fitted to, in pixels; raised to a multiple of the largest stride. Default: ${DEFAULT-VALUE}.")
  private int imageSize;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Pictures a batch. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--conf",
      paramLabel = "X",
      defaultValue = "0.001",
      description = "Least confidence, 0 to 1. Default: ${DEFAULT-VALUE}.")
  private float confidence;

  @Option(
      names = "--iou",
      paramLabel = "X",
      defaultValue = "0.6",
      description =
          "Boxes that overlap a better one by more than this are dropped. Default: ${DEFAULT-VALUE}.")
  private double iouThreshold;

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      defaultValue = "background",
      description =
          "Pictures without a label file: background, or skip. Default: ${DEFAULT-VALUE}.")
  private ScanOptions.MissingLabels missingLabels = ScanOptions.MissingLabels.BACKGROUND;

  @Option(
      names = "--compatible",
      description =
          "Compute as the Python reference does where ours differs (rescaling, confusion matrix, NMS).")
  private boolean compatible;

  @Option(names = "--confusion", description = "Show the confusion matrix.")
  private boolean confusion;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description =
          "Write report.html into DIR, with curves, confusion matrix and predictions, and the same as pictures.")
  private @Nullable Path plots;

  @Override
  public Integer call() throws IOException {
    checkOptions();
    DatasetConfig config = DatasetConfig.read(data);
    LoadedModel model = modelOptions.open();
    checkClasses(config, model);
    Dataset dataset =
        Dataset.scan(
            config,
            split,
            ScanOptions.defaults().withMissingLabels(missingLabels),
            cacheOptions.cache(output.environment()));
    dataset.issues().stream()
        .limit(ISSUES_SHOWN)
        .forEach(issue -> output.err().println("yolo4j: " + issue));
    if (dataset.issues().size() > ISSUES_SHOWN) {
      output.err().printf("yolo4j: and %d more%n", dataset.issues().size() - ISSUES_SHOWN);
    }
    ValidationReport report = plots == null ? null : report(plots, dataset);
    ValidationResult result;
    try (Executor executor = backendOption.create(executorOptions, model)) {
      result = validate(executor, dataset, report == null ? ValidationListener.NONE : report);
    }
    if (output.json()) {
      output.printJson(json(result));
    } else {
      print(result);
    }
    if (report != null) {
      output.out().flush();
      output.err().println("report: " + report.write(result));
    }
    boolean unreadable =
        result.issues().stream().anyMatch(issue -> issue.kind() == DataIssue.Kind.UNREADABLE_IMAGE)
            || dataset.issues().stream()
                .anyMatch(issue -> issue.kind() == DataIssue.Kind.UNREADABLE_IMAGE);
    return unreadable ? ExitCode.FAILED : ExitCode.DONE;
  }

  private void checkOptions() {
    OptionChecks.atLeast("--imgsz", imageSize, 1);
    OptionChecks.atLeast("--batch", batchSize, 1);
    OptionChecks.fraction("--conf", confidence);
    OptionChecks.fraction("--iou", iouThreshold);
    executorOptions.check();
    backendOption.check(executorOptions);
  }

  /** Before the data set is scanned, which can take minutes. */
  private void checkClasses(DatasetConfig config, LoadedModel model) {
    int classes = model.model().head().classes();
    if (config.classes() != classes) {
      throw new IllegalArgumentException(
          "%s has %d classes, the model %s has %d; they must be the same"
              .formatted(data, config.classes(), modelOptions.weights(), classes));
    }
  }

  /** Before the work, so that hours of it are not lost to a wrong name. */
  private ValidationReport report(Path folder, Dataset dataset) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException(
          "--plots %s: the folder cannot be created (%s)".formatted(folder, ErrorText.of(e)), e);
    }
    Path target = folder.toRealPath();
    for (Sample sample : dataset.samples()) {
      Path parent = sample.image().toRealPath().getParent();
      if (target.equals(parent)) {
        throw new CommandException(
            ExitCode.USAGE,
            "--plots %s: holds the data set's picture %s; choose another folder"
                .formatted(folder, sample.image()));
      }
    }
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("weights", modelOptions.weights());
    options.put("data", data);
    options.put("split", split.key());
    options.put("imgsz", imageSize);
    options.put("batch", batchSize);
    options.put("conf", confidence);
    options.put("iou", iouThreshold);
    options.put("compatible", compatible);
    return new ValidationReport(folder, dataset, modelOptions.weights().toString(), options);
  }

  private ValidationResult validate(
      Executor executor, Dataset dataset, ValidationListener pictures) {
    NmsOptions nms =
        NmsOptions.validation()
            .withIouThreshold(iouThreshold)
            .withMode(compatible ? NmsOptions.Mode.COMPATIBLE : NmsOptions.Mode.EXACT);
    ValidationOptions options =
        ValidationOptions.defaults()
            .withImageSize(imageSize)
            .withBatchSize(batchSize)
            .withFilter(CandidateFilter.of(confidence).withMultiLabel(true))
            .withNms(nms)
            .withCompatible(compatible);
    try (Progress progress =
        Progress.of(output, "val", -Math.floorDiv(-dataset.samples().size(), batchSize))) {
      return new Validator(executor, options)
          .run(
              dataset,
              new ValidationListener() {
                @Override
                public void batchDone(int done, int total) {
                  progress.to(done);
                }

                @Override
                public void pictureDone(Sample sample, List<Detection> detections) {
                  pictures.pictureDone(sample, detections);
                }

                @Override
                public void pictureSkipped(DataIssue issue) {
                  progress.message("yolo4j: skipped: " + issue);
                }
              });
    }
  }

  private void print(ValidationResult result) {
    int width =
        Math.max(12, result.classes().stream().mapToInt(c -> c.name().length()).max().orElse(0));
    output
        .out()
        .printf(
            "%-" + width + "s %8s %8s %8s %8s %8s %8s%n",
            "class",
            "images",
            "labels",
            "P",
            "R",
            "mAP50",
            "mAP50-95");
    String row = "%-" + width + "s %8d %8d %8.3f %8.3f %8.3f %8.3f%n";
    output
        .out()
        .printf(
            Locale.ROOT,
            row,
            "all",
            result.images(),
            result.labels(),
            result.precision(),
            result.recall(),
            result.map50(),
            result.map50To95());
    if (result.classes().size() > 1) {
      for (ClassResult c : result.classes()) {
        output
            .out()
            .printf(
                Locale.ROOT,
                row,
                c.name(),
                c.images(),
                c.labels(),
                c.precision(),
                c.recall(),
                c.ap50(),
                c.ap50To95());
      }
    }
    if (confusion) {
      printConfusion(result.confusion());
    }
    output
        .out()
        .printf(
            Locale.ROOT,
            "Speed: %.1f ms preprocess, %.1f ms inference, %.1f ms NMS per picture, batches of %d at %d%n",
            result.preprocessMillis(),
            result.inferenceMillis(),
            result.nmsMillis(),
            batchSize,
            imageSize);
  }

  private void printConfusion(ConfusionMatrix matrix) {
    output
        .out()
        .printf(
            "Confusion matrix (rows predicted, columns true, last: background; confidence %s, IoU %s):%n",
            ConfusionMatrix.CONFIDENCE, ConfusionMatrix.IOU_THRESHOLD);
    for (List<Long> row : counts(matrix)) {
      output
          .out()
          .println(
              String.join(" ", row.stream().map(count -> String.format("%6d", count)).toList()));
    }
  }

  private static List<List<Long>> counts(ConfusionMatrix matrix) {
    List<List<Long>> rows = new ArrayList<>();
    for (int predicted = 0; predicted <= matrix.classes(); predicted++) {
      List<Long> row = new ArrayList<>();
      for (int actual = 0; actual <= matrix.classes(); actual++) {
        row.add(matrix.at(predicted, actual));
      }
      rows.add(row);
    }
    return rows;
  }

  private Map<String, Object> json(ValidationResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("weights", modelOptions.weights().toString());
    json.put("data", data.toString());
    json.put("images", result.images());
    json.put("labels", result.labels());
    json.put("precision", result.precision());
    json.put("recall", result.recall());
    json.put("map50", result.map50());
    json.put("map50_95", result.map50To95());
    json.put("fitness", result.fitness());
    json.put("classes", result.classes().stream().map(ValCommand::json).toList());
    json.put("speed_ms", SpeedJson.of(result.times(), Math.max(1, result.images())));
    if (confusion) {
      json.put("confusion_matrix", counts(result.confusion()));
    }
    json.put("issues", result.issues().stream().map(DataIssue::toString).toList());
    return json;
  }

  private static Map<String, Object> json(ClassResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", result.classId());
    json.put("name", result.name());
    json.put("images", result.images());
    json.put("labels", result.labels());
    json.put("precision", result.precision());
    json.put("recall", result.recall());
    json.put("ap50", result.ap50());
    json.put("ap50_95", result.ap50To95());
    return json;
  }
}
