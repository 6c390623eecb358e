package io.yolo4j.cli;

import io.yolo4j.data.PictureSource;
import io.yolo4j.detect.Detection;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.detect.Prediction;
import io.yolo4j.detect.Predictor;
import io.yolo4j.detect.PredictorOptions;
import io.yolo4j.image.FrameSource;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoder;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.runtime.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j detect}. */
@Command(
    name = "detect",
    description = "Find objects in pictures; write the pictures with boxes drawn.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DetectCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();
  @Mixin private ExecutorOptions executorOptions = new ExecutorOptions();

  @Mixin private BackendOption backendOption = new BackendOption(BackendOption.Backend.ONEDNN);
  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      required = true,
      description =
          "Pictures: a file, a folder, or a quoted glob such as 'images/*.jpg'. Or frames: a video file, an address such as rtsp://camera/stream, the number of a camera (0 is the first).")
  private String source = "";

  @Mixin private PictureSizeOption pictureSize = new PictureSizeOption();

  @Option(
      names = "--conf",
      paramLabel = "X",
      description = "Least confidence, 0 to 1. Default: the model file's, else 0.25.")
  private @Nullable Float confidence;

  @Mixin private ClassConfidenceOption classConfidences = new ClassConfidenceOption();

  @Option(
      names = "--iou",
      paramLabel = "X",
      description =
          "Boxes that overlap a better one by more than this are dropped. Default: the model file's, else 0.45.")
  private @Nullable Double iouThreshold;

  @Option(
      names = "--classes",
      paramLabel = "CLASS",
      split = ",",
      description = "Keep these classes only, by id or name.")
  private List<String> classes = List.of();

  @Option(
      names = "--max-det",
      paramLabel = "N",
      description = "Most detections a picture. Default: the model file's, else 1000.")
  private @Nullable Integer maxDetections;

  @Option(names = "--agnostic", description = "Let boxes of different classes suppress each other.")
  private boolean agnostic;

  @Option(
      names = "--augment",
      description = "Also look at smaller and mirrored copies; slower, often better.")
  private boolean augment;

  @Mixin private TilingFlags tiling = new TilingFlags();

  @Option(
      names = "--save-dir",
      paramLabel = "DIR",
      description = "Folder for what is written. Default: the next free runs/detect/N.")
  private @Nullable Path saveFolder;

  @Option(
      names = "--save-txt",
      description =
          "Write DIR/labels/NAME.txt: lines 'class cx cy w h conf', fractions of the picture.")
  private boolean saveText;

  @Option(names = "--save-json", description = "Write DIR/detections.json.")
  private boolean saveJson;

  @Option(names = "--no-save", description = "Write no pictures.")
  private boolean noPictures;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "Of a video, stream or camera: end after so many frames. Default: at its end.")
  private @Nullable Integer frames;

  @Override
  public Integer call() throws IOException {
    checkOptions();
    Optional<FrameInput> input = FrameInput.of(source);
    if (input.isPresent()) {
      return stream(input.get());
    }
    if (frames != null) {
      throw new CommandException(
          ExitCode.USAGE, "--frames is for videos, streams and cameras; --source names pictures");
    }
    List<Path> pictures = PictureSource.list(source);
    LoadedModel model = modelOptions.open();
    PredictorOptions options = predictorOptions(model);
    DetectionFiles files = new DetectionFiles(folder(), pictures);
    files.createFolder();
    List<Map<String, Object>> results = new ArrayList<>();
    int failed = 0;
    try (Executor executor = backendOption.create(executorOptions, model, options.filter());
        Progress progress = progress(pictures.size())) {
      Predictor predictor = new Predictor(executor, model.classNames(), options);
      ImageDecoder decoder = ImageDecoders.preferred();
      for (int i = 0; i < pictures.size(); i++) {
        try {
          Image image = decoder.read(pictures.get(i));
          results.add(result(pictures.get(i), image, predictor.predict(image), files));
        } catch (ImageReadException e) {
          failed++;
          progress.message("yolo4j: skipped: " + e.getMessage());
          results.add(
              Map.of("image", pictures.get(i).toString(), "error", String.valueOf(e.getMessage())));
        }
        progress.to(i + 1L);
      }
    }
    report(results, files, pictures.size(), failed);
    return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private int stream(FrameInput input) throws IOException {
    LoadedModel model = modelOptions.open();
    PredictorOptions options = predictorOptions(model);
    DetectionFiles files = new DetectionFiles(folder(), input.files());
    FrameDetection detection =
        new FrameDetection(input, files, this::result, frames, saveJson || output.json());
    // Opened before the folder is made: a wrong name leaves nothing behind.
    try (FrameSource opened = input.open();
        Executor executor = backendOption.create(executorOptions, model, options.filter());
        Interruption ignored =
            Interruption.calls(detection::cancel, output.err(), "ending after this frame")) {
      files.createFolder();
      Predictor predictor = new Predictor(executor, model.classNames(), options);
      try {
        detection.run(predictor, opened, output.err());
      } catch (IOException e) {
        // A camera that was pulled out: what came before isn't lost.
        if (detection.count() > 0) {
          report(detection.results(), files, detection.count(), detection.failed());
        }
        throw e;
      }
      report(detection.results(), files, detection.count(), detection.failed());
    }
    return detection.failed() == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void checkOptions() {
    OptionChecks.atLeast("--frames", frames == null ? 1 : frames, 1);
    pictureSize.check();
    OptionChecks.fraction("--conf", confidence == null ? 0 : confidence);
    OptionChecks.fraction("--iou", iouThreshold == null ? 0 : iouThreshold);
    OptionChecks.atLeast("--max-det", maxDetections == null ? 1 : maxDetections, 1);
    tiling.check();
    if (saveFolder != null && noPictures && !saveText && !saveJson) {
      throw new CommandException(
          ExitCode.USAGE,
          "--save-dir and --no-save contradict each other; add --save-txt or --save-json, or leave one out");
    }
    executorOptions.check();
    backendOption.check(executorOptions);
  }

  /** With text output the lines themselves tell how far it is; a bar would lie between them. */
  private Progress progress(int pictures) {
    return Progress.of(output, "detect", output.json() ? pictures : 0);
  }

  private PredictorOptions predictorOptions(LoadedModel model) {
    PredictorOptions stored = model.prediction();
    NmsOptions nms = stored.nms().withAgnostic(agnostic || stored.nms().agnostic());
    nms = iouThreshold == null ? nms : nms.withIouThreshold(iouThreshold);
    nms = maxDetections == null ? nms : nms.withMaxDetections(maxDetections);
    PredictorOptions options =
        classConfidences
            .over(stored, model)
            .withImageSize(pictureSize.of(model))
            .withClasses(classIds(model))
            .withNms(nms)
            .withAugment(augment);
    return tiling.over(confidence == null ? options : options.withConfidence(confidence));
  }

  private Set<Integer> classIds(LoadedModel model) {
    Set<Integer> ids = new HashSet<>();
    classes.forEach(name -> ids.add(ClassIds.of("--classes", name, model)));
    return ids;
  }

  private Optional<Path> folder() {
    if (saveFolder == null && noPictures && !saveText && !saveJson) {
      return Optional.empty();
    }
    return Optional.of(
        saveFolder == null ? DetectionFiles.nextFree(Path.of("runs", "detect")) : saveFolder);
  }

  private Map<String, Object> result(
      Path file, Image image, Prediction prediction, DetectionFiles files) throws IOException {
    if (!noPictures) {
      files.writePicture(file, image, prediction.detections());
    }
    if (saveText) {
      files.writeLabels(file, image, prediction.detections());
    }
    if (!output.json()) {
      output.out().println(line(file, image, prediction));
      output.out().flush();
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("image", file.toString());
    json.put("width", image.width());
    json.put("height", image.height());
    json.put(
        "detections",
        prediction.detections().stream().map(d -> DetectionFiles.json(d, image)).toList());
    json.put("speed_ms", SpeedJson.of(prediction.times(), 1));
    return json;
  }

  private static String line(Path file, Image image, Prediction prediction) {
    Map<Integer, List<Detection>> byClass = new TreeMap<>();
    for (Detection detection : prediction.detections()) {
      byClass.computeIfAbsent(detection.classId(), id -> new ArrayList<>()).add(detection);
    }
    List<String> counts = new ArrayList<>();
    byClass.forEach(
        (id, found) -> {
          String name = found.get(0).className();
          counts.add(found.size() + " " + (name == null ? "class " + id : name));
        });
    return String.format(
        Locale.ROOT,
        "%s %dx%d: %s (%.1f ms)",
        file,
        image.width(),
        image.height(),
        counts.isEmpty() ? "nothing" : String.join(", ", counts),
        prediction.times().totalNanos() / 1e6);
  }

  private void report(
      List<Map<String, Object>> results, DetectionFiles files, int total, int failed)
      throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("weights", modelOptions.weights().toString());
    json.put("images", results);
    json.put("failed", failed);
    files.folder().ifPresent(folder -> json.put("save_dir", folder.toString()));
    if (saveJson) {
      files.writeJson(Output.json(json));
    }
    if (output.json()) {
      output.printJson(json);
      return;
    }
    files
        .folder()
        .filter(Files::isDirectory)
        .ifPresent(folder -> output.out().println("Written to " + folder));
    if (failed > 0) {
      output.err().printf("yolo4j: %d of %d pictures could not be read%n", failed, total);
    }
  }
}
