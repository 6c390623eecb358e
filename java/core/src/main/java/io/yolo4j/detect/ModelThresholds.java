package io.yolo4j.detect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
    ModelCopy.checkTarget(to);
    LoadedModel model = LoadedModel.open(from, description);
    Map<Integer, Float> joined = new TreeMap<>(model.prediction().filter().classConfidences());
    joined.putAll(byClass);
    PredictorOptions changed = model.prediction().withClassConfidences(joined);
    changed.filter().confidences(model.model().head().classes());
    ModelCopy.write(
        from,
        model,
        info -> {
          Map<String, Object> stored = new LinkedHashMap<>(info.postprocessing());
          stored.putAll(StoredThresholds.classConfidences(joined));
          return info.withPostprocessing(stored);
        },
        to);
  }
}
