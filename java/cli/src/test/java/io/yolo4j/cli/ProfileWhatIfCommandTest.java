package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.kernels.CpuFeatures;
import io.yolo4j.kernels.ElementType;
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

  @Test
  void backend_onednn_here_isThePlansMeasurementWhateverItHasAnyway() {
    JsonNode json = ask("yolov5n", "--device", "here", "--backend", "onednn");
    ProfileSchema.describes("what_if_here", json);
    assertThat(json.get("kind").asText()).isEqualTo("replayed");
    assertThat(json.get("backend").asText()).isEqualTo("onednn");
    assertThat(json.get("fuse_act").asBoolean()).isTrue();
    assertThat(json.get("built_in")).hasSize(3);
    assertThat(model(json).get("end_to_end").asDouble())
        .isPositive()
        .isEqualTo(model(json).get("measured").asDouble());
    String out =
        run(
                "table",
                "yolov5n",
                "--device",
                "here",
                "--backend",
                "onednn",
                "--fuse-act",
                "--fold-bn",
                "--channels-last")
            .succeeds()
            .out();
    assertThat(out)
        .contains("replayed", "activations fused, batch norms folded: all, compiled plan")
        .contains("asking for these changes nothing");
    JsonNode torch = ask("yolov5n", "--device", "here", "--backend", "torch");
    assertThat(torch.get("backend").asText()).isEqualTo("torch");
    assertThat(torch.get("built_in")).isEmpty();
  }

  @Test
  void backend_onednn_whatIsChanged_isScaledByThePlansRules() throws IOException {
    keepRules("--backend", "onednn");
    Cli.Run run =
        run("json", "yolov5n", "--device", "here", "--backend", "onednn", "--batch", 4).succeeds();
    assertThat(run.err()).doesNotContain("calibrating");
    assertThat(run.json().get("kind").asText()).isEqualTo("calibrated");
    double measured = model(run.json()).get("measured").asDouble();
    assertThat(model(run.json()).get("end_to_end").asDouble())
        .isGreaterThan(measured)
        .isLessThan(4 * measured);
  }

  @Test
  void precision_here_isMeasuredAndNotScaled() {
    CpuFeatures cpu = NativeLibrary.load().cpu();
    if (cpu.multiplies(ElementType.BF16)) {
      for (String backend : List.of("torch", "onednn")) {
        assertReplayed(backend, "bf16", "--backend", backend, "--precision", "bf16");
      }
    }
    if (cpu.multiplies(ElementType.U8)) {
      assertReplayed("onednn", "int8", "--precision", "int8");
    }
    assertReplayed("torch", "fp32", "--precision", "fp32", "--dtype", "fp32");
  }

  private static void assertReplayed(String backend, String precision, Object... options) {
    JsonNode json =
        ask(Stream.concat(Stream.of("yolov5n", "--device", "here"), Stream.of(options)).toArray());
    ProfileSchema.describes("what_if_here", json);
    assertThat(json.get("kind").asText()).as(precision).isEqualTo("replayed");
    assertThat(json.get("backend").asText()).as(precision).isEqualTo(backend);
    assertThat(json.get("precision").asText()).isEqualTo(precision);
    assertThat(json.get("dtype").asText()).isEqualTo(precision);
  }

  @Test
  void backend_onednn_gpu_eachStepIsAKernel() {
    JsonNode json = ask("yolov5n", "--device", "rtx3090", "--backend", "onednn");
    ProfileSchema.describes("what_if_specified", json);
    int fused = kernels(ask("yolov5n", "--device", "rtx3090", "--fuse-act"));
    // 60 convolutions with bias, activation and residual in them, those of siblings in one.
    assertThat(kernels(json)).isBetween(60, fused - 10);
    assertThat(kernels(ask("yolov5n", "--device", "rtx3090", "--backend", "onednn", "--fuse-act")))
        .isEqualTo(kernels(json));
    assertThat(run("table", "yolov5n", "--device", "t4", "--backend", "onednn").succeeds().out())
        .contains("compiled plan", "Each step of the plan is one kernel.");
  }

  @Test
  void backend_contradictions_sayWhatMustHold() {
    Object[] plan = {"--backend", "onednn"};
    fails("here", "--backend onednn folds every batch norm, got --fold none", plan, "--raw");
    fails("t4", "--backend onednn folds every batch norm, got --fold none", plan, "--raw");
    fails(
        "here",
        "--backend onednn and --no-channels-last contradict each other; --backend torch has it",
        plan,
        "--no-channels-last");
    fails(
        "here",
        "--backend onednn and --precision fp16 contradict each other",
        plan,
        "--precision",
        "fp16");
    fails(
        "here",
        "--backend onednn computes in fp32, bf16 and int8, which --precision measures; --dtype fp16 is --backend torch's",
        plan,
        "--dtype",
        "fp16");
    Object[] torch = {"--backend", "torch"};
    fails("here", "--backend torch has no --precision int8", torch, "--precision", "int8");
    fails(
        "here",
        "--dtype scales what was measured in fp32; got --precision bf16 beside it",
        torch,
        "--precision",
        "bf16",
        "--dtype",
        "fp16");
    fails(
        "t4",
        "--precision bf16 is for --device here, which is measured in it; --dtype says what a GPU",
        torch,
        "--precision",
        "bf16");
  }

  private static void fails(String device, String message, Object[] backend, Object... options) {
    Object[] head = {"profile", "what-if", "yolov5n", "--device", device};
    Cli.run(Stream.of(head, backend, options).flatMap(Stream::of).toArray()).fails(2, message);
  }

  /**
   * Rules as if they had been calibrated, of categories, for the executor that is measured here.
   */
  private static void keepRules(Object... executor) throws IOException {
    Object[] command = {"profile", "yolov5n", "--imgsz", 64, "--runs", 3, "--format", "json"};
    JsonNode profile =
        Cli.runWith(
                Map.of("YOLO4J_CACHE", cache.toString()),
                Stream.of(command, executor).flatMap(Stream::of).toArray())
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
    String name = profile.get("executor").asText();
    new CalibrationCache(cache)
        .keep(new Calibration(Calibration.VERSION, roofs, name, 2e-6, rules));
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
