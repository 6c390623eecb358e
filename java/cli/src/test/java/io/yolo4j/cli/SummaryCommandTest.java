package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SummaryCommandTest {
  private static final String MOBILE_NET_FIGURES =
      "Model Summary: 301 layers, 3561859 parameters, 3561859 gradients, 6.3 GFLOPs";

  @TempDir private Path folder = Path.of("");

  static Iterable<String> shippedModels() {
    return Zoo.names();
  }

  @ParameterizedTest
  @MethodSource("shippedModels")
  void summary_shippedModel_endsWithItsFigures(String name) {
    Cli.Run run = Cli.run("summary", name).succeeds();
    assertThat(run.out())
        .containsPattern(
            "Model Summary: \\d+ layers, \\d+ parameters, \\d+ gradients, \\d+\\.\\d GFLOPs\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void summary_mobileNetWithSixClasses_printsThePublishedFigures() {
    Cli.Run run = Cli.run("summary", "mobilenetv3small_yolo5s", "--nc", 6).succeeds();
    assertThat(run.lines()).contains(MOBILE_NET_FIGURES);
    assertThat(run.lines().stream().filter(line -> line.matches(" {1,2}\\d+ .*"))).hasSize(27);
  }

  @Test
  void summary_referenceStyle_endsWithTheFigures() {
    Cli.Run run =
        Cli.run("summary", "mobilenetv3small_yolo5s", "--nc", 6, "--style", "yolov5_v6").succeeds();
    assertThat(run.lines()).last().isEqualTo(MOBILE_NET_FIGURES);
  }

  @ParameterizedTest
  @CsvSource({"mobilenetv3small_yolo5s, 6", "yolov5n, 80", "yolov5-p7, 80"})
  void summary_referenceStyle_equalsWhatTheReferencePrints(String name, int classes) {
    String printed = Shared.json("models.json").at("/printed").get(name + " nc" + classes).asText();
    Cli.Run run = Cli.run("summary", name, "--nc", classes, "--style", "yolov5_v6").succeeds();
    // The reference announces that it overrides nc.
    assertThat(run.out().stripTrailing())
        .isEqualTo(printed.replaceFirst("^Overriding.*\n", "").stripTrailing());
  }

  @Test
  void summary_fused_hasFewerLayersAndParameters() {
    JsonNode plain = Cli.run("summary", "yolov5n", "--format", "json").succeeds().json();
    JsonNode fused = Cli.run("summary", "yolov5n", "--fused", "--format", "json").succeeds().json();
    assertThat(plain.get("layers").asInt()).isEqualTo(270);
    assertThat(fused.get("layers").asInt()).isEqualTo(213);
    assertThat(plain.get("parameters").asLong()).isEqualTo(1872157);
    assertThat(fused.get("parameters").asLong()).isEqualTo(1867405);
    assertThat(fused.get("fused").asBoolean()).isTrue();
  }

  @Test
  void summary_imageSize_scalesTheFlops() {
    JsonNode whole = Cli.run("summary", "yolov5n", "--format", "json").json();
    JsonNode half =
        Cli.run("summary", "yolov5n", "--imgsz", "320,640", "--format", "json").succeeds().json();
    assertThat(half.get("height").asInt()).isEqualTo(320);
    assertThat(half.get("width").asInt()).isEqualTo(640);
    assertThat(half.get("gflops").asDouble() / whole.get("gflops").asDouble())
        .isBetween(0.499, 0.501);
  }

  @Test
  void summary_json_holdsRowsAnchorsAndFigures() {
    JsonNode json =
        Cli.run("summary", "mobilenetv3small_yolo5s", "--nc", 6, "--format", "json")
            .succeeds()
            .json();
    assertThat(json.get("rows")).hasSize(27);
    assertThat(json.get("layers").asInt()).isEqualTo(301);
    assertThat(json.get("parameters").asLong()).isEqualTo(3561859);
    assertThat(json.get("gflops_thop_0_0_31").asDouble()).isBetween(6.25, 6.35);
    assertThat(json.get("strides").toString()).isEqualTo("[8,16,32]");
    assertThat(json.get("anchors")).hasSize(3);
    assertThat(json.at("/rows/0/module").asText()).isNotEmpty();
  }

  /** The seed's figures: what torchinfo and YOLOv5 printed for it, and what is right. */
  @Test
  void summary_ofTheSeedsNetworks_givesItsFigures() {
    String mobile = "mobilenetv3small_yolo5s";
    assertThat(Cli.run("summary", mobile, "--style", "torchinfo").out())
        .contains("Total mult-adds (G): 3.25", "Estimated Total Size (MB): 316.26");
    assertThat(Cli.run("summary", "yolov5s-v5.0", "--style", "torchinfo").out())
        .contains("Total mult-adds (G): 8.48", "Estimated Total Size (MB): 442.74");
    assertThat(Cli.run("summary", mobile, "--nc", 6, "--convention", "yolov5").succeeds().lines())
        .last()
        .isEqualTo("yolov5 counts 6.3 GFLOPs at 640x640");
    assertThat(
            Cli.run("summary", mobile, "--nc", 6, "--convention", "thop-0.0.31").succeeds().lines())
        .last()
        .isEqualTo("thop-0.0.31 counts 2,966,089,240 multiply-adds at 640x640, 5.93 GFLOPs");
    Cli.run("summary", mobile, "--convention", "fvcore")
        .fails(2, "--convention: a convention must be one of ours, torchinfo");
  }

  @Test
  void summary_list_namesEveryShippedModel() {
    assertThat(Cli.run("summary", "--list").succeeds().lines())
        .containsExactlyElementsOf(Zoo.names())
        .contains("yolov5s", "mobilenetv3small_yolo5s", "yolov5s-v5.0");
    assertThat(Cli.run("summary", "--list", "--format", "json").succeeds().json())
        .hasSize(Zoo.names().size());
  }

  @Test
  void summary_descriptionFile_isShown() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.yaml"), Descriptions.TINY);
    JsonNode json = Cli.run("summary", file, "--format", "json").succeeds().json();
    assertThat(json.get("model").asText()).isEqualTo(file.toString());
    assertThat(json.get("classes").asInt()).isEqualTo(2);
    assertThat(json.get("rows")).hasSize(3);
  }

  @Test
  void summary_modelFile_showsTheDescriptionInIt() {
    Path weights = Shared.path("weights/yolov5n-ppe-v6.1.pt");
    JsonNode json = Cli.run("summary", weights, "--format", "json").succeeds().json();
    assertThat(json.get("classes").asInt()).isEqualTo(2);
    assertThat(json.get("parameters").asLong()).isEqualTo(1766623);
  }

  @Test
  void summary_wrongUse_isRefused() {
    Cli.run("summary").fails(ExitCode.USAGE, "a model is missing; --list shows the shipped ones");
    Cli.run("summary", "yolov5s", "--list")
        .fails(ExitCode.USAGE, "--list shows the shipped models and takes no model, got yolov5s");
    Cli.run("summary", "yolov5s", "--nc", 0)
        .fails(ExitCode.USAGE, "--nc must be at least 1, got 0");
    for (String size : new String[] {"0", "-32", "100", "640,100", "640,640,640"}) {
      Cli.run("summary", "yolov5s", "--imgsz", size)
          .fails(
              ExitCode.USAGE,
              "--imgsz must be one or two multiples of the largest stride 32, got " + size);
    }
    Cli.run("summary", "yolov5s", "--style", "fancy").fails(ExitCode.USAGE, "'--style'");
  }

  @Test
  void summary_unknownName_suggestsTheNearest() {
    Cli.run("summary", "yolov5q")
        .fails(
            ExitCode.FAILED,
            "yolov5q: no such file, and no shipped model of that name; the nearest are yolov5n,");
    Cli.run("summary", folder)
        .fails(ExitCode.FAILED, folder + ": must be a file or a shipped model, is a folder");
    Cli.run("summary", folder.resolve("no.pt"))
        .fails(ExitCode.FAILED, folder.resolve("no.pt") + ": no such file");
  }
}
