package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

final class PlanCommandTest {
  @Test
  void plan_shippedModel_showsEachStepAndTheSums() {
    Cli.Run run =
        Cli.run("plan", "yolov5n", "--nc", 2, "--imgsz", "96,64", "--threads", 1).succeeds();
    assertThat(run.lines().get(0)).startsWith("step  does").endsWith("runs on");
    assertThat(run.lines().get(run.lines().size() - 1))
        .matches(
            "\\d+ steps, 1 threads; weights \\d+\\.\\d MB; arena \\d+\\.\\d MB for tensors of \\d+\\.\\d MB; \\d+\\.\\d MB a context");
    // A head of 2 classes: 3 anchors of 7 values.
    assertThat(run.out()).contains("[1,12,8,21]").doesNotContain("\0");
  }

  @Test
  void plan_json_holdsWhatTheTableShows() {
    JsonNode plan =
        Cli.run("plan", "yolov5n", "--imgsz", 64, "--batch", 2, "--format", "json")
            .succeeds()
            .json();
    JsonNode steps = plan.path("steps");
    assertThat(steps.size()).isGreaterThan(50);
    assertThat(steps.get(0).path("runs_on").asText())
        .isEqualTo("yolo4j pixels_in, 2x2 as channels");
    assertThat(steps.get(0).path("shape_nhwc").asText()).startsWith("[2,32,32,");
    assertThat(plan.path("arena_bytes").asLong()).isBetween(1L, plan.path("tensor_bytes").asLong());
    assertThat(Cli.run("plan", "yolov5n", "--imgsz", 64, "--format", "csv").succeeds().lines())
        .hasSize(steps.size() + 1);
  }

  @Test
  void plan_leastConfidence_splitsTheHeads() {
    Cli.Run run = Cli.run("plan", "yolov5n", "--imgsz", 64, "--conf", 0.25).succeeds();
    assertThat(run.out())
        .contains("(boxes of 3 anchors)", "ClassScores 64→3x80 where objectness > 0.25")
        .contains("yolo4j class_scores");
    assertThat(Cli.run("plan", "yolov5n", "--imgsz", 64).succeeds().out())
        .doesNotContain("ClassScores");
  }

  @Test
  void plan_wrongUse_saysWhatMustHold() {
    Cli.run("plan", "yolov5n", "--conf", 1.5).fails(2, "--conf must lie in 0 to 1, got 1.5");
    Cli.run("plan", "yolov5n", "--batch", 0).fails(2, "--batch must be at least 1, got 0");
    Cli.run("plan", "yolov5n", "--imgsz", 100).fails(2, "multiples of the largest stride 32");
    Cli.run("plan", "yolov5n", "--precision", "fp16")
        .fails(2, "--precision fp16 is LibTorch's; plans run on the CPU in fp32, bf16 or int8");
    Cli.run("plan", "yolov9").fails(1, "no such file, and no shipped model of that name");
  }
}
