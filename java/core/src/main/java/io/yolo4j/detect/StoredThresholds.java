package io.yolo4j.detect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The thresholds that a model file holds for its applications, as plain values: {@code confidence},
 * {@code iou}, {@code max_detections}, {@code agnostic}, and {@code class_confidences} by class id.
 * Absent ones are not changed.
 */
final class StoredThresholds {
  private static final String CONFIDENCE = "confidence";
  private static final String IOU = "iou";
  private static final String MAX_DETECTIONS = "max_detections";
  private static final String AGNOSTIC = "agnostic";
  private static final String CLASS_CONFIDENCES = "class_confidences";

  private StoredThresholds() {}

  static PredictorOptions over(PredictorOptions usual, Map<String, Object> stored) {
    NmsOptions nms =
        usual
            .nms()
            .withIouThreshold(number(stored, IOU, usual.nms().iouThreshold()))
            .withMaxDetections((int) number(stored, MAX_DETECTIONS, usual.nms().maxDetections()))
            .withAgnostic(flag(stored, usual.nms().agnostic()));
    return usual
        .withConfidence((float) number(stored, CONFIDENCE, usual.filter().confidence()))
        .withClassConfidences(classes(stored, usual.filter().classConfidences()))
        .withNms(nms);
  }

  static Map<String, Object> of(PredictorOptions options) {
    Map<String, Object> stored = new LinkedHashMap<>();
    stored.put(CONFIDENCE, decimal(options.filter().confidence()));
    stored.put(IOU, options.nms().iouThreshold());
    stored.put(MAX_DETECTIONS, (long) options.nms().maxDetections());
    stored.put(AGNOSTIC, options.nms().agnostic());
    stored.putAll(classConfidences(options.filter().classConfidences()));
    return stored;
  }

  /** Returns thresholds of single classes alone; nothing where there is none. */
  static Map<String, Object> classConfidences(Map<Integer, Float> confidences) {
    if (confidences.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> byClass = new LinkedHashMap<>();
    new TreeMap<>(confidences)
        .forEach((id, confidence) -> byClass.put(id.toString(), decimal(confidence)));
    return Map.of(CLASS_CONFIDENCES, byClass);
  }

  /* 0.4f as 0.4, not as 0.4000000059604645. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private static double number(Map<String, Object> stored, String key, double usual) {
    Object value = stored.getOrDefault(key, usual);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException("%s must be a number, got %s".formatted(key, value));
  }

  private static boolean flag(Map<String, Object> stored, boolean usual) {
    Object value = stored.getOrDefault(AGNOSTIC, usual);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException(
        "%s must be true or false, got %s".formatted(AGNOSTIC, value));
  }

  private static Map<Integer, Float> classes(
      Map<String, Object> stored, Map<Integer, Float> usual) {
    Object value = stored.getOrDefault(CLASS_CONFIDENCES, Map.of());
    if (!stored.containsKey(CLASS_CONFIDENCES)) {
      return usual;
    }
    if (!(value instanceof Map<?, ?> byClass)) {
      throw new IllegalArgumentException(
          "%s must be numbers by class id, got %s".formatted(CLASS_CONFIDENCES, value));
    }
    Map<Integer, Float> read = new LinkedHashMap<>();
    byClass.forEach(
        (id, confidence) -> {
          if (!String.valueOf(id).matches("\\d{1,9}") || !(confidence instanceof Number number)) {
            throw new IllegalArgumentException(
                "%s must be numbers by class id, got %s".formatted(CLASS_CONFIDENCES, value));
          }
          read.put(Integer.valueOf(String.valueOf(id)), number.floatValue());
        });
    return read;
  }
}
