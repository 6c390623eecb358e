package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.detect.PredictorOptions;
import io.yolo4j.export.InputShape;
import io.yolo4j.export.OnnxOptions;
import io.yolo4j.export.Thresholds;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code export}; those that ask for nothing are null. */
final class ExportFlags {
  @Mixin private ImageSizeOption imageSize = new ImageSizeOption();

  @Option(
      names = "--opset",
      paramLabel = "N",
      description = "ONNX: version of the operators, 13 to 21. Default: 17.")
  private @Nullable Integer opset;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "ONNX: pictures in a batch. Default: 1.")
  private @Nullable Integer batch;

  @Option(
      names = "--dynamic",
      paramLabel = "AXIS",
      split = ",",
      description =
          "ONNX: sizes that may change from run to run, of batch, height and width; sides stay multiples of the largest stride.")
  private @Nullable List<InputShape.Axis> dynamic;

  @Option(
      names = "--input",
      paramLabel = "TYPE",
      description =
          "ONNX: float32 (0 to 1) or uint8 (0 to 255, the network divides); RGB, [N,3,H,W]. Default: float32.")
  private OnnxOptions.@Nullable Input input;

  @Option(
      names = "--outputs",
      paramLabel = "FORM",
      description =
          "ONNX: raw (heads before the sigmoid), decoded ([N,rows,5+classes]: centre, size, objectness, classes) or suppressed (boxes, scores, classes of one picture). Default: decoded.")
  private OnnxOptions.@Nullable Output outputs;

  @Option(
      names = "--half",
      paramLabel = "USE",
      description =
          "float16: weights (stored so; ONNX casts them to float32) or compute (ONNX: the network computes in it). Default: none.")
  private OnnxOptions.@Nullable Half half;

  @Option(names = "--no-fold", description = "ONNX: leave batch norms beside their convolutions.")
  private boolean unfolded;

  @Option(
      names = "--conf",
      paramLabel = "X",
      description =
          "Confidence threshold of detections, to write. Default: the model file's, else 0.25.")
  private @Nullable Double confidence;

  @Mixin private ClassConfidenceOption classConfidences = new ClassConfidenceOption();

  @Option(
      names = "--iou",
      paramLabel = "X",
      description = "IoU threshold of suppression, to write. Default: the model file's, else 0.45.")
  private @Nullable Double iou;

  @Option(
      names = "--max-det",
      paramLabel = "N",
      description = "Detections a picture at most, to write. Default: the model file's, else 1000.")
  private @Nullable Integer maxDetections;

  @Option(names = "--agnostic", description = "Suppress across classes.")
  private boolean agnostic;

  /** Throws when an option asks for what only ONNX files hold. */
  void requireNoneOfOnnx(String format) {
    String given =
        opset != null
            ? "--opset"
            : batch != null
                ? "--batch"
                : dynamic != null
                    ? "--dynamic"
                    : input != null
                        ? "--input"
                        : outputs != null ? "--outputs" : unfolded ? "--no-fold" : "";
    if (given.isEmpty() && half == OnnxOptions.Half.COMPUTE) {
      given = "--half compute";
    }
    if (!given.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE, given + " is for --format onnx, got --format " + format);
    }
  }

  boolean halfWeights() {
    return half == OnnxOptions.Half.WEIGHTS;
  }

  /** The longer side of the picture. */
  int side(int stride) {
    return Math.max(imageSize.height(stride), imageSize.width(stride));
  }

  /** The thresholds of the model's file, with those that were given. */
  PredictorOptions prediction(LoadedModel model) {
    Thresholds general = thresholds(model);
    NmsOptions nms =
        model
            .prediction()
            .nms()
            .withIouThreshold(general.iou())
            .withMaxDetections(general.maxDetections())
            .withAgnostic(general.agnostic());
    return classConfidences
        .over(model.prediction(), model)
        .withConfidence((float) general.confidence())
        .withNms(nms);
  }

  private Thresholds thresholds(LoadedModel model) {
    PredictorOptions usual = model.prediction();
    return usage(
        () ->
            new Thresholds(
                confidence == null
                    ? Double.parseDouble(Float.toString(usual.filter().confidence()))
                    : confidence,
                iou == null ? usual.nms().iouThreshold() : iou,
                maxDetections == null ? usual.nms().maxDetections() : maxDetections,
                agnostic || usual.nms().agnostic()));
  }

  OnnxOptions onnx(ExportedModel model) {
    if (outputs == OnnxOptions.Output.SUPPRESSED
        && !prediction(model.model()).filter().classConfidences().isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "--outputs suppressed has one threshold for all classes, the model or --class-conf has some of single classes; --outputs decoded leaves them to the application");
    }
    int stride = model.stride();
    int height = imageSize.height(stride);
    int width = imageSize.width(stride);
    Set<InputShape.Axis> axes = dynamic == null ? Set.of() : Set.copyOf(dynamic);
    OnnxOptions usual = OnnxOptions.defaults();
    return usage(
        () ->
            new OnnxOptions(
                opset == null ? usual.opset() : opset,
                new InputShape(batch == null ? 1 : batch, height, width, axes),
                input == null ? usual.input() : input,
                outputs == null ? usual.output() : outputs,
                half == null ? usual.half() : half,
                !unfolded,
                thresholds(model.model())));
  }

  /** A value that the library refuses is wrong usage here. */
  private static <T> T usage(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }
}
