package io.yolo4j.study;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.ModelSummary;
import io.yolo4j.model.Zoo;
import io.yolo4j.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a cell's network is.
 *
 * @param parameters trainable elements
 * @param flops of one picture of the study's size, batch norms folded; a multiply-add counts two
 */
public record NetworkFigures(long parameters, long flops) {
  /**
   * Counts a cell's network, and checks what can be checked without training it.
   *
   * @throws IllegalArgumentException if there is no such model, with the nearest names, or no such
   *     weights, or image size or freezing don't fit
   */
  static NetworkFigures of(TrainOptions options, int classes) throws IOException {
    Path weights = options.weights();
    if (weights != null && !Files.isRegularFile(weights)) {
      throw new IllegalArgumentException(weights + ": there is no such file of weights");
    }
    Model model = Model.of(description(options).withClasses(classes));
    int stride = model.head().maxStride();
    int side = options.imageSize();
    if (side % stride != 0) {
      throw new IllegalArgumentException(
          "the image size must be a multiple of the largest stride %d of %s, got %d"
              .formatted(stride, model.description().source(), side));
    }
    options.freeze().plan().ifPresent(plan -> plan.names(model.graph()));
    ModelSummary summary = ModelSummary.of(model, side, side, true);
    return new NetworkFigures(model.graph().root().trainableElements(), summary.cost().flops());
  }

  private static ModelDescription description(TrainOptions options) throws IOException {
    String name = options.model();
    return name == null ? LoadedModel.describe(String.valueOf(options.weights())) : Zoo.open(name);
  }
}
