package io.yolo4j.cli;

import io.yolo4j.data.Dataset;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.report.DatasetGlance;
import io.yolo4j.train.AnchorCheck;
import io.yolo4j.train.Hyperparameters;
import io.yolo4j.train.LabelSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose anchors are held against the boxes of a data set. */
final class AnchorsOption {
  @Option(
      names = "--model",
      paramLabel = "MODEL|FILE",
      description =
          "Show how many boxes the anchors of a model can learn: a shipped model's name, a description or a file of weights.")
  private @Nullable String model;

  /** Returns the model, null where none was named. */
  @Nullable Model open() throws IOException {
    if (model == null) {
      return null;
    }
    Model opened =
        LoadedModel.isFile(model)
            ? LoadedModel.open(Path.of(model), Optional.empty()).model()
            : Model.of(Zoo.open(model));
    if (opened.description().anchors().isPlaceholder()) {
      throw new CommandException(
          ExitCode.USAGE,
          "--model: %s has no anchors of its own; training fits them".formatted(model));
    }
    return opened;
  }

  /** Holds a model's anchors against all boxes of a data set. */
  DatasetGlance.Anchors check(Model opened, Dataset dataset, int imageSize) {
    double anchorT = Hyperparameters.defaults().anchorT();
    return new DatasetGlance.Anchors(
        String.valueOf(model),
        anchorT,
        AnchorCheck.of(LabelSize.of(dataset, imageSize), opened.head(), anchorT));
  }
}
