package io.yolo4j.cli;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.ModelCopy;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j quantize}. */
@Command(
    name = "quantize",
    description = {
      "Calibrate a model for 8-bit integers on pictures of a data set, and measure what they cost in accuracy.",
      "Convolutions that cost the most stay in a float type until the loss is within --tolerance."
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
      required = true,
      description = "The data set's .yaml file.")
  private Path data = Path.of("");

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

  /** One way to run the network, measured. */
  private record Row(String precision, int inFloat, ValidationResult result) {}

  @Override
  public Integer call() throws IOException {
    check();
    CalibrationMethod rule = method();
    LoadedModel model = modelOptions.open();
    DatasetConfig config = DatasetConfig.read(data);
    Dataset seen = few(Dataset.scan(config, split, ScanOptions.defaults()), pictures);
    Dataset measured = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
    PlanOptions plan = PlanOptions.defaults().withThreads(threads);
    ValidationOptions options =
        ValidationOptions.defaults().withImageSize(pictureSize.of(model)).withBatchSize(batchSize);
    Int8Search search =
        new Int8Search(
            chosen -> PlanExecutor.create(model.graph(), model.state(), chosen), plan, options);
    Calibration calibration;
    List<String> convolutions;
    try (Calibrator calibrator = Calibrator.create(model.graph(), model.state(), threads)) {
      validated(
          "calibration", seen, listener -> new Validator(calibrator, options).run(seen, listener));
      calibration = calibrator.calibration(rule);
      convolutions = calibrator.convolutions();
    }
    List<Row> rows = new ArrayList<>();
    rows.add(row(search, "fp32", 0, plan.withPrecision(PlanPrecision.FLOAT32), measured));
    Calibration found =
        withinTolerance(search, plan, calibration, convolutions, seen, measured, rows);
    write(found.withLoss(loss(rows)), model);
    print(rows, convolutions.size());
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

  private void check() {
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
      List<Row> rows) {
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
  private static double loss(List<Row> rows) {
    return rows.get(0).result().map50To95() - rows.get(rows.size() - 1).result().map50To95();
  }

  private Row row(
      Int8Search search, String precision, int inFloat, PlanOptions plan, Dataset dataset) {
    return new Row(
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

  private void print(List<Row> rows, int convolutions) {
    if (output.format() == TableOutput.Format.JSON) {
      output.printJson(
          rows.stream()
              .map(
                  row ->
                      Map.of(
                          "precision", row.precision(),
                          "convolutions", convolutions,
                          "inFloat", row.inFloat(),
                          "map50", row.result().map50(),
                          "map50To95", row.result().map50To95()))
              .toList());
      return;
    }
    Table table =
        new Table(List.of("precision", "in float", "mAP50", "mAP50-95", "loss of mAP50-95"));
    for (Row row : rows) {
      double loss = rows.get(0).result().map50To95() - row.result().map50To95();
      table.row(
          List.of(
              row.precision(),
              row.precision().equals("int8") ? row.inFloat() + " of " + convolutions : "",
              String.format(Locale.ROOT, "%.4f", row.result().map50()),
              String.format(Locale.ROOT, "%.4f", row.result().map50To95()),
              String.format(Locale.ROOT, "%.4f", loss)));
    }
    if (output.format() == TableOutput.Format.CSV) {
      table.printCsv(output.out());
    } else {
      table.print(output.out());
    }
  }
}
