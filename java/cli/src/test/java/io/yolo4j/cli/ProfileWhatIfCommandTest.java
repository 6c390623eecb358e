package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.profile.Calibration;
import io.yolo4j.profile.CalibrationCache;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.ClassRule;
import io.yolo4j.profile.RoofCache;
import io.yolo4j.profile.Roofs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small pictures and few runs: what is tested is that figures hang together, not their size. */
final class ProfileWhatIfCommandTest {
  @TempDir private static Path cache = Path.of("");

  /** Roofs as if they had been measured: that takes seconds, and a quiet machine. */
  @BeforeAll
  static void keepRoofs() throws IOException {
    KeptRoofs.in(cache);
  }

  @Test
  void device_gpu_givesRangesTaggedSpecificationOnly() {
    JsonNode json =
        ask(
            "mobilenetv3small_yolo5s",
            "yolov5s",
            "--device",
            "rtx3090",
            "--dtype",
            "fp16",
            "--batch",
            8,
            "--fold-bn",
            "--channels-last");
    ProfileSchema.describes("what_if_specified", json);
    assertThat(json.get("kind").asText()).isEqualTo("specification only");
    assertThat(json.get("fold").asText()).isEqualTo("all");
    assertThat(json.get("channels_last").asBoolean()).isTrue();
    for (JsonNode model : json.get("models")) {
      assertThat(model.get("kind").asText()).isEqualTo("specification only");
      assertThat(model.get("roof").asDouble()).isPositive();
      for (String figure : List.of("roof", "busy", "end_to_end")) {
        assertThat(model.get(figure + "_at_shares").asDouble())
            .as(figure)
            .isGreaterThanOrEqualTo(model.get(figure).asDouble());
      }
      assertThat(model.get("busy").asDouble()).isGreaterThanOrEqualTo(model.get("roof").asDouble());
      assertThat(model.get("weight_bytes").asLong()).isPositive();
      assertThat(model.get("feature_map_bytes").asLong()).isPositive();
    }
    assertThat(json.get("models")).hasSize(2);
  }

  @Test
  void device_gpu_everyFlag_changesTheModelAsDocumented() {
    JsonNode plain = model(ask("yolov5n", "--device", "rtx3090"));
    int kernels = plain.get("kernels").asInt();
    // 57 of its 60 convolutions have a batch norm, which folding turns into a bias: a kernel too.
    assertThat(kernels(ask("yolov5n", "--device", "rtx3090", "--no-fold-bn"))).isEqualTo(kernels);
    assertThat(kernels(ask("yolov5n", "--device", "rtx3090", "--fuse-act")))
        .isEqualTo(kernels - 2 * 57);
    assertThat(kernels(ask("yolov5n", "--device", "rtx3090", "--dtype", "fp16")))
        .isEqualTo(kernels);
    assertThat(
            kernels(ask("yolov5n", "--device", "rtx3090", "--dtype", "fp16", "--no-channels-last")))
        .isEqualTo(kernels + 2 * 60);
    JsonNode captured = model(ask("yolov5n", "--device", "rtx3090", "--graph"));
    assertThat(captured.get("kernels").asInt()).isEqualTo(kernels);
    assertThat(captured.get("host").asDouble()).isEqualTo(3e-6);
    assertThat(plain.get("host").asDouble()).isGreaterThan(3e-6 * kernels);
  }

  @Test
  void device_gpu_table_namesAllThatWasAskedFor() {
    Cli.Run run =
        run(
                "table",
                "yolov5n",
                "--device",
                "rtx4090",
                "--dtype",
                "fp16",
                "--batch",
                2,
                "--fuse-act",
                "--graph",
                "--no-channels-last",
                "--fold",
                "yolov5")
            .succeeds();
    assertThat(run.out())
        .contains("rests on", "specification only", " to ", "(specification not checked)")
        .contains(
            "fp16, batch 2, channels first, activations fused, captured graph, batch norms folded: yolov5");
  }

  @Test
  void device_here_isTheMeasurement() {
    JsonNode json = ask("yolov5n", "--device", "here");
    ProfileSchema.describes("what_if_here", json);
    assertThat(json.get("kind").asText()).isEqualTo("replayed");
    JsonNode model = model(json);
    assertThat(model.get("end_to_end").asDouble())
        .isPositive()
        .isEqualTo(model.get("measured").asDouble());
    // A second measurement: the machine may be busy, but not a hundred times as busy.
    double again = model(ask("yolov5n", "--device", "here")).get("measured").asDouble();
    assertThat(again / model.get("end_to_end").asDouble()).isBetween(0.01, 100.0);
  }

  @Test
  void device_here_whatIsChanged_isScaledByTheCalibratedRules() throws IOException {
    keepRules();
    Cli.Run run = run("json", "yolov5n", "--device", "here", "--batch", 4).succeeds();
    assertThat(run.err()).doesNotContain("calibrating");
    JsonNode json = run.json();
    ProfileSchema.describes("what_if_here", json);
    assertThat(json.get("kind").asText()).isEqualTo("calibrated");
    double measured = model(json).get("measured").asDouble();
    double scaled = model(json).get("end_to_end").asDouble();
    // Every rule says that a step takes its bytes' time alone; weights don't grow with the batch.
    // Nor do gaps, which are most of the time on a busy machine: SameDeviceTest has exact figures.
    assertThat(scaled).isGreaterThan(measured).isLessThan(4 * measured);
    assertThat(run("table", "yolov5n", "--device", "here", "--batch", 4).succeeds().out())
        .contains("calibrated", "by the rules that were calibrated here");
  }

  /**
   * Rules as if they had been calibrated, of categories, for the executor that is measured here.
   */
  private static void keepRules() throws IOException {
    JsonNode profile =
        Cli.runWith(
                Map.of("YOLO4J_CACHE", cache.toString()),
                "profile",
                "yolov5n",
                "--imgsz",
                64,
                "--runs",
                3,
                "--format",
                "json")
            .succeeds()
            .json();
    NativeLibrary library = NativeLibrary.load();
    Roofs roofs =
        new RoofCache(cache)
            .find(
                library.cpu().cpu(),
                library.isa().nativeName(),
                profile.get("roofs").get("threads").asInt())
            .orElseThrow();
    Map<String, ClassRule> rules = new TreeMap<>();
    rules.put("view", new ClassRule(0, 0, 1e-6, 1));
    for (Category category : Category.values()) {
      rules.put(category.title(), new ClassRule(0, 1, 0, 1));
    }
    String executor = profile.get("executor").asText();
    new CalibrationCache(cache)
        .keep(new Calibration(Calibration.VERSION, roofs, executor, 2e-6, rules));
  }

  @Test
  void whatDoesNotFit_isAnErrorWithBothSizes() {
    Cli.run("profile", "what-if", "yolov5x", "--device", "rtx3090", "--batch", 4096)
        .fails(1, "yolov5x (fp32, batch 4096, channels last) must fit the memory: it needs ");
    Cli.run("profile", "what-if", "yolov5x", "--device", "rtx3090", "--batch", 4096)
        .fails(1, " of feature maps, and RTX 3090 has 24.000 GB");
    Cli.run("profile", "what-if", "yolov5x", "--device", "rtx4090", "--batch", 4096)
        .fails(1, "RTX 4090 has 24.000 GB (not checked)");
    Cli.run("profile", "what-if", "yolov5x", "--device", "here", "--batch", 1000000)
        .fails(1, "this machine has ");
  }

  @Test
  void wrongUse_saysWhatMustHold() {
    Cli.run("profile", "what-if", "yolov5n").fails(2, "--device");
    Cli.run("profile", "what-if", "yolov5n", "--device", "rtx3091")
        .fails(2, "no single device is named 'rtx3091'; the nearest names are RTX 3090, ");
    Cli.run("profile", "what-if", "yolov5n", "--device", "here", "--graph")
        .fails(2, "--graph is for GPUs; --device here is this machine's CPU");
    Cli.run("profile", "what-if", "yolov5n", "--device", "here", "--clock", 2)
        .fails(2, "--clock is for GPUs");
    Cli.run("profile", "what-if", "yolov5n", "--device", "t4", "--batch", 0)
        .fails(2, "--batch must be at least 1, got 0");
    Cli.run("profile", "what-if", "yolov5n", "--device", "t4", "--fold-bn", "--raw")
        .fails(2, "--fold-bn is --fold all; got --raw");
  }

  private static int kernels(JsonNode json) {
    return model(json).get("kernels").asInt();
  }

  private static JsonNode model(JsonNode json) {
    return json.get("models").get("yolov5n");
  }

  private static JsonNode ask(Object... arguments) {
    return run("json", arguments).succeeds().json();
  }

  private static Cli.Run run(String format, Object... arguments) {
    Object[] more = {"--imgsz", 64, "--runs", 3, "--format", format};
    return Cli.runWith(
        Map.of("YOLO4J_CACHE", cache.toString()),
        Stream.of(Stream.of("profile", "what-if"), Stream.of(arguments), Stream.of(more))
            .flatMap(part -> part)
            .toArray());
  }
}
