package io.yolo4j.detect;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.CalibrationFile;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.ModelMetadata;
import io.yolo4j.weights.StateDict;
import io.yolo4j.weights.TensorSpec;
import io.yolo4j.weights.Transfer;
import io.yolo4j.weights.TransferReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model file, expanded: the description that it carries, its weights under the graph's names, its
 * class names.
 *
 * @param model the model
 * @param graph the network, with the anchors of the file
 * @param state weights and buffers of every parameter of the graph
 * @param classNames by class index; empty where the file has none
 * @param prediction the defaults of {@link PredictorOptions} with the thresholds that the file
 *     holds, and the size that the model was trained at
 * @param calibration for 8-bit integers, where the file holds one
 */
public record LoadedModel(
    Model model,
    Graph graph,
    StateDict state,
    List<String> classNames,
    PredictorOptions prediction,
    Optional<Calibration> calibration) {
  /** Creates a model that wasn't calibrated for 8-bit integers. */
  public LoadedModel(
      Model model,
      Graph graph,
      StateDict state,
      List<String> classNames,
      PredictorOptions prediction) {
    this(model, graph, state, classNames, prediction, Optional.empty());
  }

  /** Creates a model without thresholds and size of its own. */
  public LoadedModel(Model model, Graph graph, StateDict state, List<String> classNames) {
    this(model, graph, state, classNames, PredictorOptions.defaults());
  }

  /**
   * Opens a .pt, .pth or .safetensors file.
   *
   * @param description a shipped model or a file, instead of the description in the file
   * @throws IOException if the file cannot be read or is damaged
   * @throws IllegalArgumentException if description, class names and tensors disagree, naming the
   *     file
   */
  public static LoadedModel open(Path file, Optional<String> description) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      ModelInfo info = checkpoint.info();
      ModelDescription described = description(file, info, description);
      List<String> names = info.classNames();
      if (description.isPresent() && !names.isEmpty()) {
        described = described.withClasses(names.size());
      }
      if (!names.isEmpty() && names.size() != described.classes()) {
        throw new IllegalArgumentException(
            "%s: its description says nc %d, but it names %d classes"
                .formatted(file, described.classes(), names.size()));
      }
      Model model = Model.of(described);
      StateDict state = transfer(file, checkpoint.state(), model);
      PredictorOptions prediction = prediction(file, info, described.classes());
      return new LoadedModel(
          model,
          withAnchorsOf(state, model.graph()),
          state,
          names,
          prediction,
          calibration(file, info));
    }
  }

  /** Returns options with the file's ranges, where 8-bit integers are asked for without any. */
  public PlanOptions planned(PlanOptions options) {
    return options.lacksRanges() ? calibration.map(options::withInt8).orElse(options) : options;
  }

  private static Optional<Calibration> calibration(Path file, ModelInfo info) {
    if (info.quantization().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(CalibrationFile.of(info.quantization()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: the ranges in %s: %s".formatted(file, ModelMetadata.QUANTIZATION, e.getMessage()),
          e);
    }
  }

  private static PredictorOptions prediction(Path file, ModelInfo info, int classes) {
    try {
      PredictorOptions usual = PredictorOptions.defaults();
      PredictorOptions stored =
          StoredThresholds.over(
              usual.withImageSize(info.imageSize().orElse(usual.imageSize())),
              info.postprocessing());
      stored.filter().confidences(classes);
      return stored;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: the thresholds in %s: %s"
              .formatted(file, ModelMetadata.POSTPROCESSING, e.getMessage()),
          e);
    }
  }

  /** Returns thresholds as a model file holds them, see {@link ModelInfo#postprocessing()}. */
  public static Map<String, Object> thresholds(PredictorOptions options) {
    return StoredThresholds.of(options);
  }

  /** Returns what is known of the model, with its description, strides and anchors as they are. */
  public ModelInfo completed(ModelInfo info) {
    List<Double> strides = new ArrayList<>();
    List<List<Double>> anchors = new ArrayList<>();
    for (Level level : graph.head().orElseThrow().levels()) {
      strides.add((double) level.stride());
      List<Double> pixels = new ArrayList<>();
      for (Anchor anchor : level.anchors()) {
        pixels.add((double) anchor.width());
        pixels.add((double) anchor.height());
      }
      anchors.add(pixels);
    }
    return info.withDescription(model.description().toMap()).withHead(strides, anchors);
  }

  /** Returns whether a name is that of a model file, not of a description. */
  public static boolean isFile(String nameOrFile) {
    return nameOrFile.matches("(?i).*\\.(pt|pth|safetensors)$");
  }

  /** Returns the description of a shipped model, in a .yaml file or in a model file. */
  public static ModelDescription describe(String nameOrFile) throws IOException {
    if (isFile(nameOrFile)) {
      Path file = Path.of(nameOrFile);
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        return description(file, checkpoint.info(), Optional.empty());
      }
    }
    return Zoo.open(nameOrFile);
  }

  /** Returns the description that a model file carries. */
  public static ModelDescription description(Path file, ModelInfo info, Optional<String> named)
      throws IOException {
    if (named.isPresent()) {
      return Zoo.open(named.get());
    }
    return ModelDescription.of(
        info.description()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        file
                            + ": the file holds weights without a model description; name one with --cfg, a shipped model or a .yaml file")),
        file.toString());
  }

  private static StateDict transfer(Path file, StateDict source, Model model) {
    List<TensorSpec> targets = TensorSpec.of(model.graph());
    TransferReport report = Transfer.byName(source, targets, name -> false);
    if (!report.unmatched().isEmpty()) {
      TransferReport.Unmatched first = report.unmatched().get(0);
      throw new IllegalArgumentException(
          "%s: the weights do not fit the model description %s: %d of its %d tensors lack a counterpart, the first is %s (%s)"
              .formatted(
                  file,
                  model.description().source(),
                  report.unmatched().size(),
                  targets.size(),
                  first.target(),
                  first.detail()));
    }
    return report.tensors();
  }

  /**
   * Anchors may have been fitted to the training data, so those in the file count: grid units,
   * times the stride.
   */
  private static Graph withAnchorsOf(StateDict state, Graph graph) {
    DetectionHead head = graph.head().orElseThrow();
    Parameter parameter =
        graph.parameters().stream()
            .filter(p -> p.role() == ParameterRole.ANCHORS)
            .findFirst()
            .orElseThrow();
    HostTensor stored = state.get(parameter.name());
    float[] values = stored.toFloats();
    List<Level> levels = new ArrayList<>();
    int at = 0;
    for (Level level : head.levels()) {
      List<Anchor> anchors = new ArrayList<>();
      for (int i = 0; i < level.anchors().size(); i++, at += 2) {
        anchors.add(new Anchor(values[at] * level.stride(), values[at + 1] * level.stride()));
      }
      levels.add(new Level(level.stride(), anchors));
    }
    return graph.withHead(new DetectionHead(head.classes(), levels));
  }
}
