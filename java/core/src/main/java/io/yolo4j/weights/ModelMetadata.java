package io.yolo4j.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolo4j.weights.CheckpointException.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The metadata of a model in a safetensors file. Each value is JSON text; numbers that JSON lacks
 * are written as NaN and Infinity, as Python's json module does. A part that is unknown has no key.
 */
public final class ModelMetadata {
  /** Version of this metadata; a reader refuses a newer one. */
  public static final String VERSION = "yolo4j.version";

  /** The model description, an object as in its YAML file. */
  public static final String DESCRIPTION = "yolo4j.description";

  /** Class names by index, a list of strings. */
  public static final String CLASS_NAMES = "yolo4j.class_names";

  /** Strides of the detection levels in pixels, a list of numbers. */
  public static final String STRIDES = "yolo4j.strides";

  /** Anchors in pixels, a list of w, h, w, h .. for each level. */
  public static final String ANCHORS = "yolo4j.anchors";

  /** Image size of the training in pixels, a number. */
  public static final String IMAGE_SIZE = "yolo4j.image_size";

  /** The epoch that was finished last, a number. */
  public static final String EPOCH = "yolo4j.epoch";

  /** Hyper-parameters of the training, an object. */
  public static final String HYPER_PARAMETERS = "yolo4j.hyper_parameters";

  /** How pixels become the network's input, an object. */
  public static final String PREPROCESSING = "yolo4j.preprocessing";

  /** Thresholds by which the output becomes detections, an object. */
  public static final String POSTPROCESSING = "yolo4j.postprocessing";

  /** Ranges of the feature maps for 8-bit integers, an object. */
  public static final String QUANTIZATION = "yolo4j.quantization";

  private static final int CURRENT_VERSION = 1;
  private static final int MAX_CHARACTERS = 4 << 20;

  private ModelMetadata() {}

  /** Returns the metadata of a model, to be written by {@link SafeTensors#write}. */
  public static Map<String, String> encode(ModelInfo info) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(VERSION, String.valueOf(CURRENT_VERSION));
    info.description().ifPresent(value -> metadata.put(DESCRIPTION, json(value)));
    putUnlessEmpty(metadata, CLASS_NAMES, info.classNames());
    putUnlessEmpty(metadata, STRIDES, info.strides());
    putUnlessEmpty(metadata, ANCHORS, info.anchors());
    info.imageSize().ifPresent(size -> metadata.put(IMAGE_SIZE, json(size)));
    info.epoch().ifPresent(epoch -> metadata.put(EPOCH, json(epoch)));
    putUnlessEmpty(metadata, HYPER_PARAMETERS, info.hyperParameters());
    putUnlessEmpty(metadata, PREPROCESSING, info.preprocessing());
    putUnlessEmpty(metadata, POSTPROCESSING, info.postprocessing());
    putUnlessEmpty(metadata, QUANTIZATION, info.quantization());
    return metadata;
  }

  /**
   * Returns what the metadata says; unknown keys are ignored, metadata of other programs gives
   * {@link ModelInfo#EMPTY}.
   *
   * @throws IllegalArgumentException if a value is not what its key asks for, or the version newer
   */
  public static ModelInfo decode(Map<String, String> metadata) {
    int version = parse(metadata, VERSION, new TypeReference<Integer>() {}).orElse(CURRENT_VERSION);
    if (version != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          "%s must be %d, got %d; a newer yolo4j wrote this model"
              .formatted(VERSION, CURRENT_VERSION, version));
    }
    TypeReference<Map<String, Object>> object = new TypeReference<>() {};
    TypeReference<Integer> integer = new TypeReference<>() {};
    return new ModelInfo(
        parse(metadata, DESCRIPTION, object),
        parse(metadata, CLASS_NAMES, new TypeReference<List<String>>() {}).orElse(List.of()),
        parse(metadata, STRIDES, new TypeReference<List<Double>>() {}).orElse(List.of()),
        parse(metadata, ANCHORS, new TypeReference<List<List<Double>>>() {}).orElse(List.of()),
        optional(parse(metadata, IMAGE_SIZE, integer)),
        optional(parse(metadata, EPOCH, integer)),
        parse(metadata, HYPER_PARAMETERS, object).orElse(Map.of()),
        parse(metadata, PREPROCESSING, object).orElse(Map.of()),
        parse(metadata, POSTPROCESSING, object).orElse(Map.of()),
        parse(metadata, QUANTIZATION, object).orElse(Map.of()));
  }

  /** As {@link #decode(Map)}, with a failure that names the file. */
  static ModelInfo decode(FileBytes file, Map<String, String> metadata) throws CheckpointException {
    try {
      return decode(metadata);
    } catch (IllegalArgumentException | NullPointerException e) { // null inside a list
      throw file.failure(Reason.BAD_HEADER, "bad model metadata: " + e.getMessage());
    }
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
  }

  private static void putUnlessEmpty(Map<String, String> metadata, String key, List<?> value) {
    if (!value.isEmpty()) {
      metadata.put(key, json(value));
    }
  }

  private static void putUnlessEmpty(Map<String, String> metadata, String key, Map<?, ?> value) {
    if (!value.isEmpty()) {
      metadata.put(key, json(value));
    }
  }

  private static String json(Object value) {
    try {
      return mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "model metadata must be plain values: " + e.getOriginalMessage(), e);
    }
  }

  private static <T> Optional<T> parse(
      Map<String, String> metadata, String key, TypeReference<T> type) {
    String text = metadata.get(key);
    if (text == null) {
      return Optional.empty();
    }
    if (text.length() > MAX_CHARACTERS) { // parsed values take many times the text
      throw new IllegalArgumentException(
          "%s must have at most %d characters, got %d"
              .formatted(key, MAX_CHARACTERS, text.length()));
    }
    try {
      return Optional.ofNullable(mapper().readValue(text, type));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s must be JSON of its kind: %s".formatted(key, e.getOriginalMessage()), e);
    }
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.USE_LONG_FOR_INTS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
        .build();
  }
}
