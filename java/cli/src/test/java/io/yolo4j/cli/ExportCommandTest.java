package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.export.OnnxCheck;
import io.yolo4j.testing.Shared;
import io.yolo4j.weights.Checkpoint;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExportCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void export_onnx_saysWhatWasWrittenAndWhatWasChecked() throws IOException {
    Path file = folder.resolve("n.onnx");
    List<String> lines =
        Cli.run("export", "yolov5n", "--output", file, "--imgsz", "64,96", "--check")
            .succeeds()
            .lines();
    assertThat(lines.get(0)).startsWith(file + ": onnx, opset 17, ").contains(" nodes, 1867405 ");
    assertThat(lines)
        .contains("in:  images float32 [1,3,64,96]", "out: output float32 [1,378,85]")
        .contains("not checked: results; no ONNX runtime is part of yolo4j")
        .anyMatch(line -> line.startsWith("checked: structure"))
        .anyMatch(line -> line.startsWith("The weights are drawn at random"));
    assertThat(OnnxCheck.of(file).inputs()).containsExactly("images");
    Cli.run("export", "yolov5n", "--output", file)
        .fails(ExitCode.FAILED, file + ": the file exists; give --force to overwrite it");
    JsonNode json =
        Cli.run(
                "export",
                "yolov5n",
                "--output",
                file,
                "--force",
                "--json",
                "--outputs",
                "raw",
                "--dynamic",
                "batch,height,width",
                "--input",
                "uint8",
                "--opset",
                13)
            .succeeds()
            .json();
    assertThat(json.at("/inputs/0").asText()).isEqualTo("images uint8 [batch,3,height,width]");
    assertThat(json.at("/outputs/2").asText())
        .isEqualTo("head2 float32 [batch,3,height/32,width/32,85]");
    assertThat(json.at("/bytes").asLong()).isEqualTo(Files.size(file));
    assertThat(json.at("/opset").asInt()).isEqualTo(13);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--opset 12|the opset must lie in 13 to 21, got 12",
        "--opset 22|the opset must lie in 13 to 21, got 22",
        "--imgsz 100|--imgsz must be one or two multiples of the largest stride 32, got 100",
        "--batch 0|an input's sizes must be at least 1, got batch 0",
        "--outputs suppressed --batch 2|the batch must be 1 and fixed, got 2",
        "--outputs suppressed --dynamic batch|the batch must be 1 and fixed, got a dynamic one",
        "--conf 1.5|confidence and IoU thresholds must lie in 0 to 1, got 1.5 and 0.45",
        "--max-det 0|at least 1 detection must be kept, got 0",
        "--half always|'--half'",
        "--dynamic depth|'--dynamic'",
        "--cfg yolov5s|--cfg is for model files, yolov5n is a description",
        "--format torch|the suffix must be .pt or .pth for --format torch",
        "--format coreml|'--format'"
      })
  void export_wrongUsage_isOneSentenceAndNoFile(String options, String message) {
    Path file = folder.resolve("n.onnx");
    List<Object> arguments = new ArrayList<>(List.of("export", "yolov5n", "--output", file));
    arguments.addAll(List.of(options.split(" ", -1)));
    Cli.run(arguments.toArray()).fails(ExitCode.USAGE, message);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--opset 17|--opset",
        "--batch 2|--batch",
        "--dynamic batch|--dynamic",
        "--input uint8|--input",
        "--outputs raw|--outputs",
        "--no-fold|--no-fold",
        "--half compute|--half compute"
      })
  void export_onnxOptionsForOtherFormats_areRefused(String options, String named) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "export",
                "yolov5n",
                "--format",
                "safetensors",
                "--output",
                folder.resolve("n.safetensors")));
    arguments.addAll(List.of(options.split(" ", -1)));
    Cli.run(arguments.toArray())
        .fails(ExitCode.USAGE, named + " is for --format onnx, got --format safetensors");
  }

  @Test
  void export_safetensors_holdsWhatAnApplicationNeeds() throws IOException {
    Path weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
    Path file = folder.resolve("n.safetensors");
    Cli.run(
            "export",
            weights,
            "--format",
            "safetensors",
            "--output",
            file,
            "--imgsz",
            320,
            "--conf",
            0.4,
            "--check")
        .succeeds();
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.info().classNames()).hasSize(80).startsWith("person");
      assertThat(checkpoint.info().strides()).containsExactly(8.0, 16.0, 32.0);
      assertThat(checkpoint.info().anchors()).hasSize(3);
      assertThat(checkpoint.info().imageSize()).hasValue(320);
      assertThat(checkpoint.info().preprocessing()).containsEntry("fill", 114L);
      assertThat(checkpoint.info().description()).isPresent();
    }
    try (SafeTensors tensors = SafeTensors.open(file)) {
      Map<String, String> metadata = tensors.metadata();
      assertThat(metadata.get("yolo4j.postprocessing")).contains("\"confidence\":0.4");
    }
  }

  @Test
  void export_torch_isAStateDictionaryInTheTypeAskedFor() throws IOException {
    Path file = folder.resolve("n.pt");
    Cli.run(
            "export",
            "yolov5n",
            "--format",
            "torch",
            "--output",
            file,
            "--half",
            "weights",
            "--check")
        .succeeds();
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.state().size()).isEqualTo(349);
      assertThat(checkpoint.state().get("model.0.conv.weight").dtype()).isEqualTo(DType.F16);
    }
  }
}
