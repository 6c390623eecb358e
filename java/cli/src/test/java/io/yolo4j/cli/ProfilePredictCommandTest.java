package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.profile.Calibration;
import io.yolo4j.profile.CalibrationCache;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.ClassRule;
import io.yolo4j.profile.RoofCache;
import io.yolo4j.profile.Roofs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The slow one measures, so it wants a machine on which nothing else runs. */
final class ProfilePredictCommandTest {
  private static final double END_TO_END = 0.20;
  private static final double CATEGORY = 0.30;

  @TempDir private Path cache = Path.of("");

  /** Rules as if they had been calibrated, of categories: every step takes its roof and 1 us. */
  @Test
  void predict_keptCalibration_isHeldAgainstTheMeasurement() throws IOException {
    Roofs roofs = keepRoofs();
    String executor = small("profile", "yolov5n").succeeds().json().get("executor").asText();
    Map<String, ClassRule> rules = new TreeMap<>();
    rules.put("view", new ClassRule(0, 0, 1e-6, 1));
    for (Category category : Category.values()) {
      rules.put(category.title(), new ClassRule(1, 1, 1e-6, 1));
    }
    new CalibrationCache(cache)
        .keep(new Calibration(Calibration.VERSION, roofs, executor, 2e-6, rules));
    JsonNode profile = small("profile", "yolov5n").succeeds().json();
    Path page = cache.resolve("predict.html");
    Cli.Run run = small("profile", "predict", "yolov5n", "--html", page).succeeds();
    assertThat(run.err()).doesNotContain("calibrating");
    JsonNode json = run.json();
    ProfileSchema.describes("prediction", json);
    int steps = profile.get("layers").size();
    double least = 0;
    for (JsonNode layer : profile.get("layers")) {
      least += Math.max(layer.get("roof_compute").asDouble(), layer.get("roof_memory").asDouble());
    }
    assertThat(json.get("kind").asText()).isEqualTo("calibrated");
    assertThat(json.get("predicted_gaps").asDouble()).isCloseTo(2e-6 * steps, within(1e-12));
    assertThat(json.get("predicted").asDouble()).isCloseTo(least + 3e-6 * steps, within(1e-9));
    double sum = json.get("predicted_gaps").asDouble();
    for (JsonNode category : json.get("by_category")) {
      sum += category.get("predicted").asDouble();
    }
    assertThat(sum).isCloseTo(json.get("predicted").asDouble(), within(1e-9));
    assertThat(json.get("layers")).hasSize(steps);
    assertThat(Files.readString(page))
        .contains("Prediction for yolov5n", "model.0.conv", "<svg", "dense convolution");
  }

  @Test
  void predict_wrongUse_saysWhatMustHold() {
    Cli.run("profile", "predict").fails(2, "Missing required parameter: 'MODEL|FILE'");
    Cli.run("profile", "predict", "yolov5n", "--html", cache)
        .fails(2, "is a folder; a file was to be named");
    Cli.run("profile", "predict", "yolov5n", "--runs", 1)
        .fails(2, "--runs must be at least 3, got 1");
    Cli.run("profile", "predict", "yolov5n", "--device", "cuda")
        .fails(2, "calibrated on the CPU only; profile --device cuda measures the steps");
  }

  private Cli.Run small(Object... arguments) {
    Object[] more = {"--imgsz", "64", "--runs", "3", "--threads", "1", "--format", "json"};
    return Cli.runWith(
        Map.of("YOLO4J_CACHE", cache.toString()),
        Stream.concat(Stream.of(arguments), Stream.of(more)).toArray());
  }

  private Roofs keepRoofs() throws IOException {
    NativeLibrary library = NativeLibrary.load();
    Roofs.Level memory = new Roofs.Level("DRAM", Long.MAX_VALUE, 20e9, 20e9, 20e9, 20e9, 20e9);
    Roofs roofs =
        new Roofs(
            library.cpu().cpu(), 1, library.isa().nativeName(), 100e9, Map.of(), List.of(memory));
    new RoofCache(cache).keep(roofs);
    return roofs;
  }

  @Test
  @Tag("slow")
  void predict_networkThatWasNotCalibratedOn_isNearTheMeasurement() {
    Map<String, String> environment = Map.of("YOLO4J_CACHE", cache.toString());
    JsonNode json =
        Cli.runWith(
                environment,
                "profile",
                "predict",
                "mobilenetv3small_yolo5s",
                "--nc",
                "6",
                "--threads",
                "1",
                "--format",
                "json")
            .succeeds()
            .json();
    assertThat(Math.abs(json.get("error").asDouble())).as("end to end").isLessThan(END_TO_END);
    double share = json.get("measured").asDouble() * 0.02;
    for (JsonNode category : json.get("by_category")) {
      String name = category.get("category").asText();
      if (category.get("small").asBoolean()) {
        assertThat(category.get("measured").asDouble()).as(name).isLessThan(share);
        assertThat(Math.abs(category.get("error_of_whole").asDouble())).as(name).isLessThan(0.02);
      } else {
        assertThat(Math.abs(category.get("error").asDouble())).as(name).isLessThan(CATEGORY);
      }
    }
  }
}
