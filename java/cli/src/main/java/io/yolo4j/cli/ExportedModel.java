package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.PredictorOptions;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.ModelMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model to export and all that an application must know of it.
 *
 * @param model network and weights
 * @param info what is known beside them
 * @param trained whether the weights come from a file; otherwise they are drawn at random
 */
record ExportedModel(LoadedModel model, ModelInfo info, boolean trained) {
  private static final long SEED = 0;
  private static final int FILL = 114;

  /**
   * Opens a model file, or a description with random weights.
   *
   * @param cfg the description of a file that holds weights alone
   */
  static ExportedModel open(String nameOrFile, @Nullable String cfg) throws IOException {
    if (LoadedModel.isFile(nameOrFile)) {
      Path file = Path.of(nameOrFile);
      LoadedModel model = LoadedModel.open(file, Optional.ofNullable(cfg));
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        return new ExportedModel(model, model.completed(checkpoint.info()), true);
      }
    }
    if (cfg != null) {
      throw new CommandException(
          ExitCode.USAGE, "--cfg is for model files, %s is a description".formatted(nameOrFile));
    }
    ModelDescription description = Zoo.open(nameOrFile);
    Model model = Model.of(description);
    LoadedModel random =
        new LoadedModel(
            model, model.graph(), Initializer.initialize(model.graph(), SEED), List.of());
    return new ExportedModel(random, random.completed(ModelInfo.EMPTY), false);
  }

  int stride() {
    return model.model().head().maxStride();
  }

  /** All of it as texts by key, for a picture of that side. */
  Map<String, String> metadata(int side, PredictorOptions thresholds) {
    Map<String, Object> preprocessing = new LinkedHashMap<>();
    preprocessing.put("resize", "letterbox");
    preprocessing.put("interpolation", "bilinear");
    preprocessing.put("fill", FILL);
    preprocessing.put("stride", stride());
    preprocessing.put("channels", "RGB");
    preprocessing.put("divide_by", 255);
    return ModelMetadata.encode(
        info.withImageSize(side)
            .withPreprocessing(preprocessing)
            .withPostprocessing(LoadedModel.thresholds(thresholds)));
  }
}
