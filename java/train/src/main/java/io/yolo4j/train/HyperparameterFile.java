package io.yolo4j.train;

import io.yolo4j.files.YamlProblem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads a hyper-parameter file; every error names the file and the key. */
final class HyperparameterFile {
  /** What YOLOv5's files hold besides, and where it belongs here. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "anchors", "the number of anchors is the model's",
          "image_weights", "it is an option of the run",
          "label_smoothing", "it is an option of the run");

  private final Path file;
  private final Consumer<String> notes;

  HyperparameterFile(Path file, Consumer<String> notes) {
    this.file = file;
    this.notes = notes;
  }

  Hyperparameters read() throws IOException {
    Map<Hyperparameter, Double> values = new EnumMap<>(Hyperparameter.class);
    load().forEach((key, value) -> put(values, String.valueOf(key), value));
    return Hyperparameters.of(one -> values.getOrDefault(one, one.defaultValue()));
  }

  private void put(Map<Hyperparameter, Double> values, String key, @Nullable Object value) {
    String reason = LEFT_OUT.get(key);
    if (reason != null) {
      notes.accept("%s: key '%s' is left out: %s".formatted(file, key, reason));
      return;
    }
    Hyperparameter one =
        Hyperparameter.ofKey(key)
            .orElseThrow(() -> error("unknown key " + Hyperparameters.unknown(key)));
    if (!(value instanceof Number number)) {
      throw error("key '%s' must be a number, got %s".formatted(key, value));
    }
    try {
      values.put(one, one.check(number.doubleValue()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private Map<?, ?> load() throws IOException {
    if (Files.isDirectory(file)) {
      throw error("must be a YAML file, is a folder");
    }
    Object document;
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file.toString()).setSchema(new CoreSchema()).build();
      document = new Load(settings).loadFromString(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": hyper-parameters must be UTF-8 text", e);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + ": not valid YAML: " + YamlProblem.text(e), e);
    } catch (StackOverflowError e) {
      // The YAML library descends once a bracket and has no limit of its own.
      throw new IllegalArgumentException(file + ": not valid YAML: nested too deeply", e);
    }
    if (document instanceof Map<?, ?> map) {
      return map;
    }
    throw error("must hold names and numbers, for example lr0: 0.01");
  }

  private IllegalArgumentException error(String what) {
    return new IllegalArgumentException(file + ": " + what);
  }
}
