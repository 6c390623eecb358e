package io.yolo4j.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a model file says about the model beside its tensors. Everything is optional: an absent part
 * is empty.
 *
 * <p>The maps hold plain values: Boolean, Long, BigInteger, Double, String, List, Map with String
 * keys, and null. Immutable; build one from {@link #EMPTY} with the {@code with} methods.
 *
 * @param description the model description, as its YAML file says
 * @param classNames by class index
 * @param strides of the detection levels, in pixels
 * @param anchors for each level w, h, w, h .. in pixels
 * @param imageSize that the model was trained at, in pixels
 * @param epoch that was finished last, from 0 on; -1 for a final model
 * @param hyperParameters of the training
 * @param preprocessing how pixels become the network's input
 * @param postprocessing thresholds by which the output becomes detections
 * @param quantization ranges of the feature maps for 8-bit integers
 */
public record ModelInfo(
    Optional<Map<String, Object>> description,
    List<String> classNames,
    List<Double> strides,
    List<List<Double>> anchors,
    OptionalInt imageSize,
    OptionalInt epoch,
    Map<String, Object> hyperParameters,
    Map<String, Object> preprocessing,
    Map<String, Object> postprocessing,
    Map<String, Object> quantization) {
  /** Nothing is known. */
  public static final ModelInfo EMPTY =
      new ModelInfo(
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of());

  /** Copies the containers; the nested ones must not be changed by the caller. */
  public ModelInfo {
    description = description.map(ModelInfo::copy);
    classNames = List.copyOf(classNames);
    strides = List.copyOf(strides);
    anchors = anchors.stream().map(List::copyOf).toList();
    hyperParameters = copy(hyperParameters);
    preprocessing = copy(preprocessing);
    postprocessing = copy(postprocessing);
    quantization = copy(quantization);
    if (!strides.isEmpty() && !anchors.isEmpty() && strides.size() != anchors.size()) {
      throw new IllegalArgumentException(
          "there must be anchors for every stride, got %d and strides %s"
              .formatted(anchors.size(), strides));
    }
    for (List<Double> level : anchors) {
      if (level.size() % 2 != 0) {
        throw new IllegalArgumentException("anchors must be pairs w, h, got " + level);
      }
    }
  }

  /** Returns the number of classes: of the names, else {@code nc} of the description. */
  public OptionalInt classCount() {
    if (!classNames.isEmpty()) {
      return OptionalInt.of(classNames.size());
    }
    return description.orElse(Map.of()).get("nc") instanceof Number count
        ? OptionalInt.of(count.intValue())
        : OptionalInt.empty();
  }

  /** Returns a copy with this description. */
  public ModelInfo withDescription(Map<String, Object> value) {
    return new ModelInfo(
        Optional.of(value),
        classNames,
        strides,
        anchors,
        imageSize,
        epoch,
        hyperParameters,
        preprocessing,
        postprocessing,
        quantization);
  }

  /** Returns a copy with these class names. */
  public ModelInfo withClassNames(List<String> value) {
    return new ModelInfo(
        description,
        value,
        strides,
        anchors,
        imageSize,
        epoch,
        hyperParameters,
        preprocessing,
        postprocessing,
        quantization);
  }

  /**
   * Returns a copy with these strides and anchors.
   *
   * @param levelStrides in pixels
   * @param levelAnchors for each level w, h, w, h .. in pixels; may be empty
   * @throws IllegalArgumentException if both are given and differ in their number of levels
   */
  public ModelInfo withHead(List<Double> levelStrides, List<List<Double>> levelAnchors) {
    return new ModelInfo(
        description,
        classNames,
        levelStrides,
        levelAnchors,
        imageSize,
        epoch,
        hyperParameters,
        preprocessing,
        postprocessing,
        quantization);
  }

  /** Returns a copy with this image size in pixels. */
  public ModelInfo withImageSize(int value) {
    return new ModelInfo(
        description,
        classNames,
        strides,
        anchors,
        OptionalInt.of(value),
        epoch,
        hyperParameters,
        preprocessing,
        postprocessing,
        quantization);
  }

  /** Returns a copy with this epoch. */
  public ModelInfo withEpoch(int value) {
    return new ModelInfo(
        description,
        classNames,
        strides,
        anchors,
        imageSize,
        OptionalInt.of(value),
        hyperParameters,
        preprocessing,
        postprocessing,
        quantization);
  }

  /** Returns a copy with these hyper-parameters. */
  public ModelInfo withHyperParameters(Map<String, Object> value) {
    return new ModelInfo(
        description,
        classNames,
        strides,
        anchors,
        imageSize,
        epoch,
        value,
        preprocessing,
        postprocessing,
        quantization);
  }

  /** Returns a copy with this preprocessing. */
  public ModelInfo withPreprocessing(Map<String, Object> value) {
    return new ModelInfo(
        description,
        classNames,
        strides,
        anchors,
        imageSize,
        epoch,
        hyperParameters,
        value,
        postprocessing,
        quantization);
  }

  /** Returns a copy with this postprocessing. */
  public ModelInfo withPostprocessing(Map<String, Object> value) {
    return new ModelInfo(
        description,
        classNames,
        strides,
        anchors,
        imageSize,
        epoch,
        hyperParameters,
        preprocessing,
        value,
        quantization);
  }

  /** Returns a copy with these ranges for 8-bit integers; empty: without. */
  public ModelInfo withQuantization(Map<String, Object> value) {
    return new ModelInfo(
        description,
        classNames,
        strides,
        anchors,
        imageSize,
        epoch,
        hyperParameters,
        preprocessing,
        postprocessing,
        value);
  }

  // Map.copyOf loses the order and refuses null values.
  private static Map<String, Object> copy(Map<String, Object> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
