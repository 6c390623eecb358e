package io.yolo4j.examples.edge;

import io.yolo4j.detect.DetectorOptions;
import io.yolo4j.detect.PredictorOptions;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What the command line asks for.
 *
 * @param model the model file: .pt or .safetensors
 * @param folder where pictures arrive; nothing in it is ever changed
 * @param out where results are written
 * @param options confidence, threads, precision
 * @param once end when what is there has been worked through
 */
record Settings(Path model, Path folder, Path out, DetectorOptions options, boolean once) {
  static final String USAGE =
      """
      Usage: java -jar edge-watcher.jar --model FILE --folder FOLDER --out FOLDER [options]
        --confidence X    least confidence, 0 to 1; default 0.25
        --threads N       threads of a picture; 0, the default: as many as there are processors
        --precision P     float32 (default); bfloat16 or int8, for processors that have it: int8 for
                          models that yolo4j quantize wrote
        --once            work through what is there, then end""";

  private static final Set<String> WITH_VALUE =
      Set.of("--model", "--folder", "--out", "--confidence", "--threads", "--precision");

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it can't be understood, with what is wrong
   */
  static Settings of(String... arguments) {
    Map<String, String> values = new HashMap<>();
    boolean once = false;
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (name.equals("--once")) {
        once = true;
      } else if (!WITH_VALUE.contains(name)) {
        throw new IllegalArgumentException("unknown option " + name);
      } else if (++i == arguments.length) {
        throw new IllegalArgumentException(name + " needs a value");
      } else {
        values.put(name, arguments[i]);
      }
    }
    return new Settings(
        path(values, "--model"),
        path(values, "--folder"),
        path(values, "--out"),
        options(values),
        once);
  }

  private static Path path(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return Path.of(value).toAbsolutePath().normalize();
  }

  private static DetectorOptions options(Map<String, String> values) {
    float confidence = number(values, "--confidence", "0.25", Float::parseFloat);
    int threads = number(values, "--threads", "0", Integer::parseInt);
    PlanOptions plan =
        PlanOptions.defaults()
            .withThreads(threads)
            .withPrecision(precision(values.getOrDefault("--precision", "float32")));
    return DetectorOptions.defaults()
        .withPrediction(PredictorOptions.defaults().withConfidence(confidence))
        .withPlan(plan);
  }

  private static <T> T number(
      Map<String, String> values, String name, String otherwise, Function<String, T> parse) {
    String text = values.getOrDefault(name, otherwise);
    try {
      return parse.apply(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number, got " + text, e);
    }
  }

  private static PlanPrecision precision(String name) {
    return switch (name) {
      case "float32" -> PlanPrecision.FLOAT32;
      case "bfloat16" -> PlanPrecision.BFLOAT16;
      case "int8" -> PlanPrecision.INT8;
      default ->
          throw new IllegalArgumentException(
              "--precision must be float32, bfloat16 or int8, got " + name);
    };
  }
}
