package io.yolo4j.train;

import io.yolo4j.data.Dataset;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.image.Sizing;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.StateDict;
import io.yolo4j.weights.TensorSpec;
import io.yolo4j.weights.Transfer;
import io.yolo4j.weights.TransferReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network and the values that it starts from.
 *
 * @param model expanded, with the anchors that are trained with
 * @param state a value for every parameter and buffer
 */
record RunModel(Model model, StateDict state) {
  private static final String TORCHVISION_BACKBONE = "features.0.0.weight";

  /** Builds the network of a new run and takes over what fits of the weights. */
  static RunModel create(TrainOptions options, Dataset training, TrainingListener listener)
      throws IOException {
    Path weights = options.weights();
    if (weights == null) {
      return create(options, training, null, listener);
    }
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      return create(options, training, checkpoint, listener);
    }
  }

  private static RunModel create(
      TrainOptions options,
      Dataset training,
      @Nullable Checkpoint checkpoint,
      TrainingListener listener)
      throws IOException {
    ModelDescription described = description(options, checkpoint);
    Model plain = Model.of(described.withClasses(training.classNames().size()));
    checkImageSize(options, plain.head());
    // What is to stand still must exist; said here, before the run has a folder.
    options.freeze().plan().ifPresent(plan -> plan.names(plain.graph()));
    Model model = RunAnchors.checked(plain, training, options, listener);
    StateDict start = Initializer.initialize(model.graph(), options.seed());
    if (checkpoint == null) {
      return new RunModel(model, start);
    }
    TransferReport report = transfer(checkpoint.state(), model);
    if (report.matches().isEmpty()) {
      throw new TrainingException(
          "%s: none of its %d tensors fits the model %s; the first of the model is %s"
              .formatted(
                  options.weights(),
                  checkpoint.state().size(),
                  described.source(),
                  report.unmatched().get(0).target()));
    }
    listener.message(report.summary() + " from " + options.weights());
    return new RunModel(model, merged(start, report.tensors()));
  }

  /** Builds the network of a run that goes on, from its checkpoint. */
  static RunModel resumed(ModelInfo info, StateDict averaged, Path file) {
    Map<String, Object> described =
        info.description()
            .orElseThrow(
                () -> new TrainingException(file + ": the checkpoint lacks a model description"));
    return new RunModel(Model.of(ModelDescription.of(described, file.toString())), averaged);
  }

  private static ModelDescription description(TrainOptions options, @Nullable Checkpoint checkpoint)
      throws IOException {
    String name = options.model();
    if (name != null) {
      return Zoo.open(name);
    }
    ModelInfo info = checkpoint == null ? ModelInfo.EMPTY : checkpoint.info();
    return ModelDescription.of(
        info.description()
            .orElseThrow(
                () ->
                    new TrainingException(
                        options.weights()
                            + ": the file holds weights without a model description; name a model too")),
        String.valueOf(options.weights()));
  }

  /** Anchors stay the description's: they have been checked against the labels. */
  private static TransferReport transfer(StateDict source, Model model) {
    List<TensorSpec> targets = TensorSpec.of(model.graph());
    return source.contains(TORCHVISION_BACKBONE)
        ? Transfer.mobileNetV3Small(source, targets)
        : Transfer.byName(source, targets, Transfer.ANCHORS);
  }

  private static StateDict merged(StateDict start, StateDict fitting) {
    StateDict.Builder builder = StateDict.builder();
    start.forEach(
        (name, tensor) ->
            builder.put(
                name, fitting.contains(name) ? fitting.get(name).to(tensor.dtype()) : tensor));
    return builder.build();
  }

  private static void checkImageSize(TrainOptions options, DetectionHead head) {
    int stride = head.maxStride();
    if (options.imageSize() % stride != 0) {
      throw new TrainingException(
          "the image size must be a multiple of the network's largest stride %d, got %d; the next is %d"
              .formatted(
                  stride, options.imageSize(), Sizing.checkedSide(options.imageSize(), stride, 0)));
    }
  }

  /** Returns what a model file says about this network. */
  ModelInfo info(List<String> classNames, TrainOptions options) {
    List<Double> strides = new ArrayList<>();
    List<List<Double>> anchors = new ArrayList<>();
    for (Level level : model.head().levels()) {
      strides.add((double) level.stride());
      anchors.add(RunAnchors.numbers(level));
    }
    return ModelInfo.EMPTY
        .withDescription(model.description().withAnchors(RunAnchors.table(model.head())).toMap())
        .withClassNames(classNames)
        .withHead(strides, anchors)
        .withImageSize(options.imageSize());
  }
}
