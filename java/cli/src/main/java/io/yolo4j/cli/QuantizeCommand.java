package io.yolo4j.cli;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.detect.Detection;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.ModelCopy;
import io.yolo4j.eval.DetectionAgreement;
import io.yolo4j.eval.Int8Search;
import io.yolo4j.eval.ValidationListener;
import io.yolo4j.eval.ValidationOptions;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.eval.Validator;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.CalibrationFile;
import io.yolo4j.runtime.CalibrationMethod;
import io.yolo4j.runtime.Calibrator;
import io.yolo4j.runtime.PlanExecutor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code yolo4j quantize}. */
@Command(
    name = "quantize",
    description = {
      "Calibrate a model for 8-bit integers on pictures of a data set, and measure what they cost in accuracy.",
      "Convolutions that cost the most stay in a float type until the loss is within --tolerance.",
      "Of pictures without labels (--images) that can't be measured: what is told instead is how many of the boxes that fp32 finds on them int8 finds again."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class QuantizeCommand implements Callable<Integer> {
  /** Pictures that a convolution alone on bytes is judged by. */
  private static final int FEW = 4;

  @Mixin private TableOutput output = new TableOutput();
  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "The data set's .yaml file; or --images.")
  private @Nullable Path data;

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description =
          "Pictures without labels: a folder, or a pattern such as 'images/*.jpg'; instead of --data.")
  private @Nullable String images;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description =
          "What to write: FILE.safetensors is a copy of the model that holds the calibration, any other name a JSON file for --calibration of other commands.")
  private Path file = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "train",
      description =
          "Part of the data set whose pictures are looked at for the ranges: train, val or test. Default: ${DEFAULT-VALUE}.")
  private Split split = Split.TRAIN;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "128",
      description = "How many of them, evenly over the part. Default: ${DEFAULT-VALUE}.")
  private int pictures;

  @Option(
      names = "--method",
      paramLabel = "RULE",
      defaultValue = "percentile",
      description = "How ranges are chosen: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private CalibrationMethod.Kind method = CalibrationMethod.Kind.PERCENTILE;

  @Option(
      names = "--percentile",
      paramLabel = "X",
      defaultValue = "" + CalibrationMethod.USUAL_PERCENTILE,
      description = "What percentile keeps at each end, in percent. Default: ${DEFAULT-VALUE}.")
  private double percentile;

  @Mixin private PictureSizeOption pictureSize = new PictureSizeOption();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Pictures a batch. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads of a run; 0: every processor. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      defaultValue = "0.01",
      description =
          "Loss of mAP50-95 on the validation part that is accepted. Default: ${DEFAULT-VALUE}.")
  private double tolerance;

  @Override
  public Integer call() throws IOException {
    check();
    CalibrationMethod rule = method();
    LoadedModel model = modelOptions.open();
    if (images != null) {
      return unlabelled(model, rule, images);
    }
    DatasetConfig config = DatasetConfig.read(Objects.requireNonNull(data));
    Dataset seen = few(Dataset.scan(config, split, ScanOptions.defaults()), pictures);
    Dataset measured = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
    PlanOptions plan = PlanOptions.defaults().withThreads(threads);
    ValidationOptions options =
        ValidationOptions.defaults().withImageSize(pictureSize.of(model)).withBatchSize(batchSize);
    Int8Search search = search(model, plan, options);
    Calibration calibration;
    List<String> convolutions;
    try (Calibrator calibrator = Calibrator.create(model.graph(), model.state(), threads)) {
      validated(
          "calibration", seen, listener -> new Validator(calibrator, options).run(seen, listener));
      calibration = calibrator.calibration(rule);
      convolutions = calibrator.convolutions();
    }
    List<QuantizeRow> rows = new ArrayList<>();
    rows.add(row(search, "fp32", 0, plan.withPrecision(PlanPrecision.FLOAT32), measured));
    Calibration found =
        withinTolerance(search, plan, calibration, convolutions, seen, measured, rows);
    write(found.withLoss(loss(rows)), model);
    QuantizeRow.print(rows, convolutions.size(), output);
    output.err().println((isModel() ? "model: " : "calibration: ") + file);
    boolean met = loss(rows) <= tolerance;
    if (!met) {
      output
          .err()
          .printf(
              Locale.ROOT,
              "yolo4j: the loss of mAP50-95 stays at %.4f, above --tolerance %s%n",
              loss(rows),
              tolerance);
    }
    return met ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static Int8Search search(LoadedModel model, PlanOptions plan, ValidationOptions options) {
    return new Int8Search(
        chosen -> PlanExecutor.create(model.graph(), model.state(), chosen), plan, options);
  }

  /** Boxes are those that detection finds, by the model's own thresholds. */
  private int unlabelled(LoadedModel model, CalibrationMethod rule, String source)
      throws IOException {
    Dataset all = Dataset.ofPictures(source, names(model));
    all.issues().forEach(issue -> output.err().println("yolo4j: skipped: " + issue));
    Dataset seen = few(all, pictures);
    PlanOptions plan = PlanOptions.defaults().withThreads(threads);
    ValidationOptions options =
        ValidationOptions.defaults()
            .withImageSize(pictureSize.of(model))
            .withBatchSize(batchSize)
            .withFilter(model.prediction().filter())
            .withNms(model.prediction().nms());
    Calibration found;
    try (Calibrator calibrator = Calibrator.create(model.graph(), model.state(), threads)) {
      validated(
          "calibration", seen, listener -> new Validator(calibrator, options).run(seen, listener));
      found = calibrator.calibration(rule);
    }
    Int8Search search = search(model, plan, options);
    Map<Path, List<Detection>> exact = new HashMap<>();
    DetectionAgreement[] agreement = {DetectionAgreement.NONE};
    detected(search, "fp32", plan.withPrecision(PlanPrecision.FLOAT32), seen, exact::put);
    detected(
        search,
        "int8",
        plan.withInt8(found),
        seen,
        (picture, boxes) ->
            agreement[0] = agreement[0].with(Objects.requireNonNull(exact.get(picture)), boxes));
    write(found, model);
    new AgreementText(agreement[0]).print(output);
    output.err().println((isModel() ? "model: " : "calibration: ") + file);
    return ExitCode.DONE;
  }

  private static List<String> names(LoadedModel model) {
    if (!model.classNames().isEmpty()) {
      return model.classNames();
    }
    int classes = model.graph().requireHead().classes();
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  private void detected(
      Int8Search search,
      String precision,
      PlanOptions plan,
      Dataset seen,
      BiConsumer<Path, List<Detection>> found) {
    validated(
        precision,
        seen,
        progress ->
            search.measured(
                plan,
                seen,
                new ValidationListener() {
                  @Override
                  public void batchDone(int done, int total) {
                    progress.batchDone(done, total);
                  }

                  @Override
                  public void pictureDone(Sample sample, List<Detection> detections) {
                    found.accept(sample.image(), detections);
                  }
                }));
  }

  private void check() {
    if ((data == null) == (images == null)) {
      throw new CommandException(
          ExitCode.USAGE,
          data == null
              ? "--data or --images must name the pictures to look at"
              : "--data and --images contradict each other; name one of them");
    }
    if (images != null) {
      for (String option : List.of("--split", "--tolerance")) {
        if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
          throw new CommandException(
              ExitCode.USAGE, option + " is for --data; pictures of --images have no labels");
        }
      }
    }
    OptionChecks.atLeast("--pictures", pictures, 1);
    pictureSize.check();
    OptionChecks.atLeast("--batch", batchSize, 1);
    OptionChecks.atLeast("--threads", threads, 0);
    OptionChecks.fraction("--tolerance", tolerance);
    if (isModel()) {
      OutputPath.checkModel("--output", file);
    } else {
      OutputPath.check("--output", file);
    }
    if (!NativeLibrary.load().cpu().multiplies(ElementType.U8)) {
      throw new CommandException(
          ExitCode.MISSING, "8-bit integers need a CPU with AVX-512 VNNI or AMX");
    }
  }

  private boolean isModel() {
    return ModelCopy.isNamedSo(file);
  }

  private void write(Calibration found, LoadedModel model) throws IOException {
    if (isModel()) {
      Map<String, Object> ranges = CalibrationFile.values(found);
      ModelCopy.write(modelOptions.weights(), model, info -> info.withQuantization(ranges), file);
    } else {
      CalibrationFile.write(file, found);
    }
  }

  private CalibrationMethod method() {
    try {
      return new CalibrationMethod(method, percentile);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--" + e.getMessage());
    }
  }

  /** Leaves the worst convolutions in floats until the loss is small; a row for each try. */
  private Calibration withinTolerance(
      Int8Search search,
      PlanOptions plan,
      Calibration calibration,
      List<String> convolutions,
      Dataset seen,
      Dataset measured,
      List<QuantizeRow> rows) {
    return Int8Search.withinTolerance(
        calibration,
        () -> worstFirst(search, calibration, convolutions, few(seen, FEW)),
        tried -> {
          rows.add(row(search, "int8", tried.inFloat().size(), plan.withInt8(tried), measured));
          return loss(rows);
        },
        tolerance);
  }

  private List<String> worstFirst(
      Int8Search search, Calibration calibration, List<String> convolutions, Dataset few) {
    try (Progress progress = Progress.of(output, "convolutions", convolutions.size())) {
      int[] done = {0};
      return List.copyOf(
          search.errors(calibration, convolutions, few, name -> progress.to(++done[0])).keySet());
    }
  }

  /** Of the last row against the first. */
  private static double loss(List<QuantizeRow> rows) {
    return rows.get(0).result().map50To95() - rows.get(rows.size() - 1).result().map50To95();
  }

  private QuantizeRow row(
      Int8Search search, String precision, int inFloat, PlanOptions plan, Dataset dataset) {
    return new QuantizeRow(
        precision,
        inFloat,
        validated(precision, dataset, listener -> search.measured(plan, dataset, listener)));
  }

  private ValidationResult validated(
      String task, Dataset dataset, Function<ValidationListener, ValidationResult> run) {
    int batches = -Math.floorDiv(-dataset.samples().size(), batchSize);
    try (Progress progress = Progress.of(output, task, batches)) {
      return run.apply(
          new ValidationListener() {
            @Override
            public void batchDone(int done, int total) {
              progress.to(done);
            }

            @Override
            public void pictureSkipped(DataIssue issue) {
              output.err().println("yolo4j: skipped: " + issue);
            }
          });
    }
  }

  /** Samples evenly from the first to the last. */
  private static Dataset few(Dataset dataset, int count) {
    int all = dataset.samples().size();
    List<Sample> chosen = new ArrayList<>();
    for (int i = 0; i < Math.min(count, all); i++) {
      chosen.add(dataset.samples().get((int) ((long) i * all / Math.min(count, all))));
    }
    return new Dataset(dataset.name(), dataset.classNames(), chosen, dataset.issues());
  }
}
