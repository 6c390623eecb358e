package io.yolo4j.detect;

import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.ModelMetadata;
import io.yolo4j.weights.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Copies of model files that know something else beside the weights. */
public final class ModelCopy {
  private static final String ENDING = ".safetensors";

  private ModelCopy() {}

  /**
   * Writes a copy of a model as .safetensors; what isn't changed is as it was.
   *
   * @param from a .pt, .pth or .safetensors file; only read
   * @param model what it holds
   * @param change of what the file says beside its tensors
   * @param to the file to write
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if {@code to} exists or isn't named .safetensors
   */
  public static void write(Path from, LoadedModel model, UnaryOperator<ModelInfo> change, Path to)
      throws IOException {
    checkTarget(to);
    try (Checkpoint checkpoint = Checkpoint.open(from)) {
      ModelInfo info = change.apply(model.completed(checkpoint.info()));
      SafeTensors.write(to, model.state(), ModelMetadata.encode(info));
    }
  }

  /** Returns whether a file's name is that of a model that can be written. */
  public static boolean isNamedSo(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  /**
   * Checks that a copy may be written, before anything else is done.
   *
   * @throws IllegalArgumentException if the file exists or isn't named .safetensors
   */
  public static void checkTarget(Path to) {
    if (!isNamedSo(to)) {
      throw new IllegalArgumentException(
          to + ": thresholds and ranges are kept in .safetensors files only; the name must end so");
    }
    if (Files.exists(to)) {
      throw new IllegalArgumentException(to + ": the file exists; name a new one");
    }
  }
}
