package io.yolo4j.detect;

import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.ModelMetadata;
import io.yolo4j.weights.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Copies of model files with other thresholds in them. */
public final class ModelThresholds {
  private ModelThresholds() {}

  /**
   * Writes a copy of a model as .safetensors that holds confidence thresholds of single classes;
   * classes without one keep what the file has, and so does everything else.
   *
   * @param from a .pt, .pth or .safetensors file; only read
   * @param description as {@link LoadedModel#open} takes it
   * @param byClass thresholds by class id
   * @param to the file to write
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if {@code to} exists or isn't named .safetensors, or if a
   *     class id is not one of the model's
   */
  public static void copy(
      Path from, Optional<String> description, Map<Integer, Float> byClass, Path to)
      throws IOException {
    checkTarget(to);
    LoadedModel model = LoadedModel.open(from, description);
    Map<Integer, Float> joined = new TreeMap<>(model.prediction().filter().classConfidences());
    joined.putAll(byClass);
    PredictorOptions changed = model.prediction().withClassConfidences(joined);
    changed.filter().confidences(model.model().head().classes());
    try (Checkpoint checkpoint = Checkpoint.open(from)) {
      ModelInfo info = model.completed(checkpoint.info());
      Map<String, Object> stored = new LinkedHashMap<>(info.postprocessing());
      stored.putAll(StoredThresholds.classConfidences(joined));
      ModelInfo written = info.withPostprocessing(stored);
      SafeTensors.write(to, model.state(), ModelMetadata.encode(written));
    }
  }

  /**
   * Checks that a copy may be written, before anything else is done.
   *
   * @throws IllegalArgumentException if the file exists or isn't named .safetensors
   */
  public static void checkTarget(Path to) {
    if (!to.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      throw new IllegalArgumentException(
          to + ": thresholds are kept in .safetensors files only; the name must end so");
    }
    if (Files.exists(to)) {
      throw new IllegalArgumentException(to + ": the file exists; name a new one");
    }
  }
}
