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
import io.yolo4j.detect.ModelThresholds;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.CocoProtocol;
import io.yolo4j.eval.CocoResult;
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

  /** By whose rules is measured. */
  enum Protocol {
    YOLOV5,
    COCO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private TableOutput output = new TableOutput();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();

  @Mixin private BackendOption backendOption = new BackendOption(BackendOption.Backend.TORCH);
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private InspectionFlags inspectionFlags = new InspectionFlags();

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

  @Mixin private PictureSizeOption pictureSize = new PictureSizeOption();

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

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      defaultValue = "yolov5",
      description =
          "coco: besides YOLOv5's measures, those of the COCO challenge: AP and AR at 101 recalls, by the objects' sizes. Default: ${DEFAULT-VALUE}.")
  private Protocol protocol = Protocol.YOLOV5;

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
    int imageSize = pictureSize.of(model);
    ValidationReport report = plots == null ? null : report(plots, dataset, imageSize);
    CocoProtocol coco = protocol == Protocol.COCO ? new CocoProtocol() : null;
    List<ValidationListener> pictures = new ArrayList<>();
    if (report != null) {
      pictures.add(report);
    }
    if (coco != null) {
      pictures.add(coco);
    }
    ValidationResult result;
    try (Executor executor = backendOption.create(executorOptions, model, filter())) {
      result = validate(executor, dataset, imageSize, pictures);
    }
    CocoResult cocoResult = coco == null ? null : coco.result();
    print(
        new ValFindings(
            result, cocoResult, inspectionFlags.rates(), inspectionFlags.precision(), confusion),
        imageSize);
    output.out().flush();
    if (report != null) {
      Path page = report.write(result, cocoResult, inspectionFlags.precision());
      output.err().println("report: " + page);
    }
    writeModel(result);
    boolean unreadable =
        result.issues().stream().anyMatch(issue -> issue.kind() == DataIssue.Kind.UNREADABLE_IMAGE)
            || dataset.issues().stream()
                .anyMatch(issue -> issue.kind() == DataIssue.Kind.UNREADABLE_IMAGE);
    return unreadable ? ExitCode.FAILED : ExitCode.DONE;
  }

  private void checkOptions() {
    pictureSize.check();
    OptionChecks.atLeast("--batch", batchSize, 1);
    OptionChecks.fraction("--conf", confidence);
    OptionChecks.fraction("--iou", iouThreshold);
    executorOptions.check();
    backendOption.check(executorOptions);
    inspectionFlags.check();
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
  private ValidationReport report(Path folder, Dataset dataset, int imageSize) throws IOException {
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

  private CandidateFilter filter() {
    return CandidateFilter.of(confidence).withMultiLabel(true);
  }

  private ValidationResult validate(
      Executor executor, Dataset dataset, int imageSize, List<ValidationListener> pictures) {
    NmsOptions nms =
        NmsOptions.validation()
            .withIouThreshold(iouThreshold)
            .withMode(compatible ? NmsOptions.Mode.COMPATIBLE : NmsOptions.Mode.EXACT);
    ValidationOptions options =
        ValidationOptions.defaults()
            .withImageSize(imageSize)
            .withBatchSize(batchSize)
            .withFilter(filter())
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
                  pictures.forEach(one -> one.pictureDone(sample, detections));
                }

                @Override
                public void pictureSkipped(DataIssue issue) {
                  progress.message("yolo4j: skipped: " + issue);
                }
              });
    }
  }

  private void print(ValFindings findings, int imageSize) {
    ValTables tables = new ValTables(findings, output.out());
    switch (output.format()) {
      case JSON -> {
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("weights", modelOptions.weights().toString());
        of.put("data", data.toString());
        output.printJson(ValJson.of(of, findings));
      }
      case CSV -> tables.printCsv();
      case TABLE -> {
        tables.print(inspectionFlags.ratesShown());
        ValidationResult result = findings.result();
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
    }
  }

  private void writeModel(ValidationResult result) throws IOException {
    Path copy = inspectionFlags.copy();
    if (copy == null) {
      return;
    }
    double wanted = inspectionFlags.precision().orElseThrow();
    Map<Integer, Float> thresholds = result.inspection().thresholds(wanted);
    List<String> without =
        result.classes().stream()
            .filter(one -> !thresholds.containsKey(one.classId()))
            .map(ClassResult::name)
            .toList();
    if (!without.isEmpty()) {
      output
          .err()
          .printf(
              "yolo4j: no threshold reaches a precision of %s for %s; what the model holds stands there%n",
              wanted, String.join(", ", without));
    }
    ModelThresholds.copy(modelOptions.weights(), modelOptions.description(), thresholds, copy);
    output.err().println("model: " + copy);
  }
}
