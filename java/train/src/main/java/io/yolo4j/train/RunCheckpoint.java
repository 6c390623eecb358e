package io.yolo4j.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.ModelMetadata;
import io.yolo4j.weights.SafeTensors;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run that can go on: a model file like any other, with the averaged weights under the model's
 * names, and beside them what training needs.
 *
 * @param info of the model
 * @param averaged the averaged weights, the ones that are validated and used
 * @param live the weights that are trained
 * @param optimizer the optimizer's state, with gradients that wait for their step
 * @param position how far the run is
 * @param options of the run as plain values
 */
record RunCheckpoint(
    ModelInfo info,
    StateDict averaged,
    StateDict live,
    StateDict optimizer,
    RunPosition position,
    Map<String, Object> options) {
  /** Key of the metadata; its presence tells that a run can go on from a file. */
  static final String TRAINING = "yolo4j.training";

  private static final String PREFIX = "training.";
  private static final String LIVE = PREFIX + "model.";
  private static final String OPTIMIZER = PREFIX + "optimizer.";
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(MapperFeature.AUTO_DETECT_IS_GETTERS).build();

  /** What the metadata's value holds. */
  private record Training(RunPosition position, Map<String, Object> options) {}

  /** Writes a model file without what only training needs. */
  static void writeModel(Path file, ModelInfo info, StateDict averaged) throws IOException {
    SafeTensors.write(file, averaged, ModelMetadata.encode(info));
  }

  /** Writes all of it; a previous file stays until this one is complete. */
  void write(Path file) throws IOException {
    StateDict.Builder tensors = StateDict.builder();
    averaged.forEach(tensors::put);
    live.forEach((name, tensor) -> tensors.put(LIVE + name, tensor));
    optimizer.forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor));
    Map<String, String> metadata = new LinkedHashMap<>(ModelMetadata.encode(info));
    try {
      metadata.put(TRAINING, JSON.writeValueAsString(new Training(position, options)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the position of a run is no plain value", e);
    }
    SafeTensors.write(file, tensors.build(), metadata);
  }

  /** Returns whether a run can go on from a file; reads its head alone. */
  static boolean holdsTraining(Path file) throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return tensors.metadata().containsKey(TRAINING);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws TrainingException if the file is a model that no run can go on from
   */
  static RunCheckpoint read(Path file) throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      String text = tensors.metadata().get(TRAINING);
      if (text == null) {
        throw new TrainingException(
            file
                + ": the file holds a model only, no state of training; resume from the run's last.safetensors, or start a new run with --weights");
      }
      Training training = JSON.readValue(text, Training.class);
      StateDict all = tensors.state();
      StateDict.Builder averaged = StateDict.builder();
      all.forEach(
          (name, tensor) -> {
            if (!name.startsWith(PREFIX)) {
              averaged.put(name, tensor);
            }
          });
      return new RunCheckpoint(
          ModelMetadata.decode(tensors.metadata()),
          averaged.build(),
          under(all, LIVE),
          under(all, OPTIMIZER),
          training.position(),
          training.options());
    } catch (JsonProcessingException e) {
      throw new TrainingException(
          "%s: the state of training cannot be read (%s)".formatted(file, e.getOriginalMessage()),
          e);
    }
  }

  private static StateDict under(StateDict all, String prefix) {
    Map<String, HostTensor> found = new LinkedHashMap<>();
    all.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), tensor);
          }
        });
    return StateDict.of(found);
  }
}
