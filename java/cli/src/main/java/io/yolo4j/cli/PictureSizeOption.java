package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The size of the pictures that a trained model sees. */
final class PictureSizeOption {
  @Option(
      names = "--imgsz",
      paramLabel = "N",
      description =
          "Long side that pictures are fitted to, in pixels; raised to a multiple of the largest stride. Default: what the model was trained at, where its file says so; else 640.")
  private @Nullable Integer imageSize;

  void check() {
    OptionChecks.atLeast("--imgsz", imageSize == null ? 1 : imageSize, 1);
  }

  /** Returns the side that was asked for, or the model's own. */
  int of(LoadedModel model) {
    return imageSize == null ? model.prediction().imageSize() : imageSize;
  }
}
