package io.yolo4j.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.weights.ModelInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A {@link Calibration} as a JSON file, or as the plain values that a model file keeps. */
public final class CalibrationFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final int VERSION = 1;
  private static final String FORMAT = "yolo4j.calibration";
  private static final String METHOD = "method";
  private static final String IMAGES = "images";
  private static final String RANGES = "ranges";
  private static final String IN_FLOAT = "in_float";
  private static final String LOSS = "map50_95_loss";

  private CalibrationFile() {}

  /** Writes a calibration; a file that is there is replaced when all is written. */
  public static void write(Path file, Calibration calibration) throws IOException {
    AtomicFile.write(file, JSON.writeValueAsString(values(calibration)) + System.lineSeparator());
  }

  /** Returns a calibration as plain values, as {@link ModelInfo#quantization()} holds them. */
  public static Map<String, Object> values(Calibration calibration) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put(FORMAT, VERSION);
    content.put(METHOD, calibration.method());
    content.put(IMAGES, calibration.images());
    content.put(IN_FLOAT, List.copyOf(new TreeSet<>(calibration.inFloat())));
    calibration.loss().ifPresent(loss -> content.put(LOSS, loss));
    Map<String, List<Double>> ranges = new TreeMap<>();
    calibration
        .ranges()
        .forEach((name, range) -> ranges.put(name, List.of(range.low(), range.high())));
    content.put(RANGES, ranges);
    return content;
  }

  /**
   * Returns the calibration that plain values tell of.
   *
   * @throws IllegalArgumentException if they are no calibration of this version
   */
  public static Calibration of(Map<String, Object> values) {
    return of(JSON.<JsonNode>valueToTree(values));
  }

  /**
   * Reads a calibration.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is no calibration of this version, naming the file
   */
  public static Calibration read(Path file) throws IOException {
    try {
      return of(JSON.readTree(Files.readString(file)));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: no calibration as yolo4j quantize writes it: %s"
              .formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  private static Calibration of(JsonNode content) {
    if (content.path(FORMAT).asInt() != VERSION) {
      throw new IllegalArgumentException(
          "%s must be %d, got %s".formatted(FORMAT, VERSION, content.path(FORMAT)));
    }
    Map<String, Calibration.Range> ranges = new LinkedHashMap<>();
    content
        .path(RANGES)
        .properties()
        .forEach(
            entry -> {
              JsonNode ends = entry.getValue();
              if (ends.size() != 2 || !ends.path(0).isNumber() || !ends.path(1).isNumber()) {
                throw new IllegalArgumentException(
                    "the range of %s must be two numbers, got %s".formatted(entry.getKey(), ends));
              }
              ranges.put(
                  entry.getKey(),
                  new Calibration.Range(ends.path(0).asDouble(), ends.path(1).asDouble()));
            });
    Set<String> inFloat = new LinkedHashSet<>();
    content.path(IN_FLOAT).forEach(name -> inFloat.add(name.asText()));
    Calibration calibration =
        new Calibration(
            ranges, inFloat, content.path(METHOD).asText(), content.path(IMAGES).asInt());
    JsonNode loss = content.path(LOSS);
    return loss.isNumber() ? calibration.withLoss(loss.asDouble()) : calibration;
  }
}
