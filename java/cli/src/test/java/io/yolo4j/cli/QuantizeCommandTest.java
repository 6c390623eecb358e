package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.detect.Detector;
import io.yolo4j.detect.DetectorOptions;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.CalibrationFile;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.PlanPrecision;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuantizeCommandTest {
  @TempDir private Path folder = Path.of("");

  private static void assumeBytes() {
    assumeTrue(
        NativeLibrary.load().cpu().multiplies(ElementType.U8),
        "this CPU has no instructions for convolutions of bytes");
  }

  @Test
  void quantize_coco_givesACalibrationThatOtherCommandsTake() throws IOException {
    assumeBytes();
    Path weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
    Path data = Shared.path("data/coco128/coco128.yaml");
    Path file = folder.resolve("int8.json");
    JsonNode rows =
        Cli.run(
                "quantize",
                "--weights",
                weights,
                "--data",
                data,
                "--output",
                file,
                "--imgsz",
                160,
                "--pictures",
                16,
                "--tolerance",
                0.05,
                "--format",
                "json")
            .succeeds()
            .json();
    assertThat(rows.get(0).get("precision").asText()).isEqualTo("fp32");
    JsonNode last = rows.get(rows.size() - 1);
    assertThat(last.get("precision").asText()).isEqualTo("int8");
    assertThat(last.get("map50To95").asDouble())
        .isCloseTo(rows.get(0).get("map50To95").asDouble(), within(0.05));
    Calibration calibration = CalibrationFile.read(file);
    assertThat(calibration.images()).isEqualTo(16);
    assertThat(calibration.inFloat()).hasSize(last.get("inFloat").asInt());
    JsonNode measured =
        Cli.run(
                "val",
                "--weights",
                weights,
                "--data",
                data,
                "--imgsz",
                160,
                "--batch",
                8,
                "--precision",
                "int8",
                "--calibration",
                file,
                "--format",
                "json")
            .succeeds()
            .json();
    assertThat(measured.get("map50_95").asDouble())
        .isCloseTo(last.get("map50To95").asDouble(), within(1e-9));
  }

  /** A model that holds its ranges needs no other file, neither for detection nor for profiles. */
  @Test
  void quantize_intoAModel_holdsRangesAndLoss() throws IOException {
    assumeBytes();
    Path weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
    Path data = Shared.path("data/coco128/coco128.yaml");
    Path model = folder.resolve("int8.safetensors");
    Object[] quantize = {
      "quantize",
      "--weights",
      weights,
      "--data",
      data,
      "--output",
      model,
      "--imgsz",
      64,
      "--pictures",
      8,
      "--tolerance",
      1,
      "--format",
      "json"
    };
    JsonNode rows = Cli.run(quantize).succeeds().json();
    Cli.run(quantize).fails(ExitCode.USAGE, "the file exists; name a new one");
    LoadedModel opened = LoadedModel.open(model, Optional.empty());
    assertThat(opened.classNames()).hasSize(80);
    Calibration calibration = opened.calibration().orElseThrow();
    assertThat(calibration.images()).isEqualTo(8);
    assertThat(calibration.loss().orElseThrow())
        .isCloseTo(
            rows.get(0).get("map50To95").asDouble()
                - rows.get(rows.size() - 1).get("map50To95").asDouble(),
            within(1e-12));
    Path picture = Shared.path("data/images/bus.jpg");
    Object[] detect = {
      "detect",
      "--weights",
      model,
      "--source",
      picture,
      "--precision",
      "int8",
      "--no-save",
      "--conf",
      0.1
    };
    String loss = String.format(Locale.ROOT, "%.4f", calibration.loss().getAsDouble());
    assertThat(Cli.run(detect).succeeds().err())
        .contains("yolo4j: int8: " + loss + " of mAP50-95 lost");
    try (Detector detector =
        Detector.load(
            model,
            DetectorOptions.defaults()
                .withPlan(PlanOptions.defaults().withPrecision(PlanPrecision.INT8)))) {
      assertThat(detector.describe()).contains("int8 (" + loss + " mAP50-95 lost)");
    }
  }

  /** Nobody can say what it costs then, and everything that runs it says so. */
  @Test
  void quantize_picturesWithoutLabels_tellsWhatIsFoundAgain() throws IOException {
    assumeBytes();
    Path weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
    Path picture = Shared.path("data/images/bus.jpg");
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Files.copy(picture, pictures.resolve("bus.jpg"));
    Files.writeString(pictures.resolve("broken.jpg"), "no picture");
    Path model = folder.resolve("int8.safetensors");
    Object[] quantize = {
      "quantize",
      "--weights",
      weights,
      "--images",
      pictures,
      "--output",
      model,
      "--imgsz",
      320,
      "--format",
      "json"
    };
    Cli.Run run = Cli.run(quantize).succeeds();
    JsonNode told = run.json();
    assertThat(told.path("pictures").asInt()).isEqualTo(1);
    assertThat(told.path("boxes_of_fp32").asInt()).isPositive();
    assertThat(told.path("share_found_again").asDouble()).isBetween(0.5, 1.0);
    assertThat(told.path("loss_of_map50_95").isNull()).isTrue();
    assertThat(run.err())
        .contains("broken.jpg: cannot read picture")
        .contains("without labels the loss of mAP50-95 can't be measured; int8 finds");
    Calibration calibration = LoadedModel.open(model, Optional.empty()).calibration().orElseThrow();
    assertThat(calibration.images()).isEqualTo(1);
    assertThat(calibration.loss()).isEmpty();
    Cli.Run detected =
        Cli.run(
                "detect",
                "--weights",
                model,
                "--source",
                picture,
                "--precision",
                "int8",
                "--no-save")
            .succeeds();
    assertThat(detected.err()).contains("what it loses against fp32 was not measured");
  }

  @Test
  void quantize_dataAndImages_exactlyOneIsNeeded() {
    Object[] plain = {"quantize", "--weights", "x.pt", "--output", "y.json"};
    Cli.run(plain).fails(ExitCode.USAGE, "--data or --images must name the pictures to look at");
    refused("contradict each other", "--data", "x.yaml", "--images", "x");
    refused("--split is for --data", "--images", "x", "--split", "val");
    refused("--tolerance is for --data", "--images", "x", "--tolerance", 0.1);
  }

  private static void refused(String message, Object... more) {
    List<Object> words = new ArrayList<>(List.of("quantize", "--weights", "x.pt"));
    words.addAll(List.of("--output", "y.json"));
    words.addAll(List.of(more));
    Cli.run(words.toArray()).fails(ExitCode.USAGE, message);
  }

  @Test
  void precision_withoutCalibrationOrOnLibTorch_isRefused() throws IOException {
    Path weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
    Path picture = Shared.path("data/images/bus.jpg");
    Cli.Run without =
        Cli.run(
            "detect",
            "--weights",
            weights,
            "--source",
            picture,
            "--precision",
            "int8",
            "--no-save");
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err())
        .contains("--precision int8 needs the ranges of the model's feature maps");
    Path file = Files.writeString(folder.resolve("c.json"), "{}");
    Cli.Run torch =
        Cli.run(
            "val",
            "--weights",
            weights,
            "--data",
            "x.yaml",
            "--precision",
            "int8",
            "--calibration",
            file,
            "--backend",
            "torch");
    assertThat(torch.code()).isEqualTo(ExitCode.USAGE);
    assertThat(torch.err()).contains("--backend torch has no --precision int8");
    Cli.run(
            "val",
            "--weights",
            weights,
            "--data",
            "x.yaml",
            "--precision",
            "int8",
            "--calibration",
            file,
            "--no-own-kernels")
        .fails(ExitCode.USAGE, "--precision int8 and --no-own-kernels contradict each other");
    Cli.run(
            "train",
            "--data",
            "x.yaml",
            "--model",
            "yolov5n",
            "--precision",
            "int8",
            "--calibration",
            file)
        .fails(ExitCode.USAGE, "--precision int8 runs trained models, in detect and val");
    Cli.Run broken =
        Cli.run(
            "detect",
            "--weights",
            weights,
            "--source",
            picture,
            "--precision",
            "int8",
            "--calibration",
            file,
            "--no-save");
    assertThat(broken.code()).isNotZero();
    assertThat(broken.err()).contains("c.json: no calibration as yolo4j quantize writes it");
  }
}
