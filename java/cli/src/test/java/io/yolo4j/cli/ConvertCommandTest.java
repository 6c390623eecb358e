package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConvertCommandTest {
  @TempDir private Path folder = Path.of("");
  private Path weights = Path.of("");

  @BeforeEach
  void setUp() {
    weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
  }

  private static JsonNode boxes(Path model, Object... more) {
    Stream<Object> arguments =
        Stream.of(
            "detect",
            "--weights",
            model,
            "--source",
            Shared.path("data/images/bus.jpg"),
            "--imgsz",
            320,
            "--no-save",
            "--format",
            "json");
    return Cli.run(Stream.concat(arguments, Stream.of(more)).toArray())
        .succeeds()
        .json()
        .at("/images/0/detections");
  }

  @Test
  void convert_toSafeTensorsAndBack_detectsTheSame() {
    JsonNode expected = boxes(weights);
    assertThat(expected).isNotEmpty();
    Path safe = folder.resolve("model.safetensors");
    JsonNode report = Cli.run("convert", weights, safe, "--format", "json").succeeds().json();
    assertThat(report.get("tensors").asInt()).isEqualTo(349);
    assertThat(report.get("bytes").asLong()).isEqualTo(safe.toFile().length());
    assertThat(boxes(safe)).isEqualTo(expected);

    // A state dictionary holds no names and no description.
    Path state = folder.resolve("state.pt");
    Cli.run("convert", safe, state).succeeds();
    assertThat(boxes(state, "--cfg", "yolov5n").findValues("xyxy"))
        .isEqualTo(expected.findValues("xyxy"));
    Cli.run("detect", "--weights", state, "--source", folder.resolve("model.safetensors"))
        .fails(
            ExitCode.FAILED,
            state + ": the file holds weights without a model description; name one with --cfg");

    Path described = folder.resolve("described.safetensors");
    Cli.run("convert", state, described, "--cfg", "yolov5n").succeeds();
    assertThat(boxes(described).findValues("xyxy")).isEqualTo(expected.findValues("xyxy"));
  }

  @Test
  void convert_type_changesTheSize() {
    Path wide = folder.resolve("wide.safetensors");
    Path half = folder.resolve("half.pt");
    Cli.run("convert", weights, wide, "--dtype", "f32").succeeds();
    Cli.run("convert", wide, half, "--dtype", "f16").succeeds();
    assertThat(wide.toFile().length()).isGreaterThan(7_400_000);
    assertThat(half.toFile().length()).isLessThan(4_000_000);
    assertThat(boxes(wide)).isEqualTo(boxes(weights));
    Cli.run("convert", weights, folder.resolve("b.safetensors"), "--dtype", "bf16").succeeds();
    Cli.run("convert", weights, folder.resolve("x.safetensors"), "--dtype", "f8")
        .fails(ExitCode.USAGE, "'--dtype'");
  }

  @Test
  void convert_existingFile_isKeptWithoutForce() throws IOException {
    Path out = Files.writeString(folder.resolve("mine.safetensors"), "mine");
    Cli.run("convert", weights, out)
        .fails(ExitCode.FAILED, out + ": the file exists; give --force to overwrite it");
    assertThat(out).content().isEqualTo("mine");
    Cli.run("convert", weights, out, "--cfg", "yolov5s", "--force")
        .fails(ExitCode.FAILED, weights + ": the weights do not fit the model description yolov5s");
    assertThat(out).content().isEqualTo("mine");
    Cli.run("convert", weights, out, "--force").succeeds();
    assertThat(out.toFile().length()).isGreaterThan(3_000_000);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(out);
    }
  }

  @Test
  void convert_backbone_isStoredAndRefusedByDetect() {
    Path backbone = Shared.path("fixtures/checkpoints/mobilenet_v3_small_zip.pth");
    Path out = folder.resolve("backbone.safetensors");
    Cli.run("convert", backbone, out).succeeds();
    Cli.run("detect", "--weights", out, "--source", Shared.path("data/images/bus.jpg"))
        .fails(
            ExitCode.FAILED,
            out + ": the file holds weights without a model description; name one with --cfg");
  }

  @Test
  void convert_wrongUse_isRefused() throws IOException {
    Cli.run("convert", weights, folder.resolve("x.onnx"))
        .fails(ExitCode.USAGE, "x.onnx: the suffix must be .safetensors, .pt or .pth");
    Cli.run("convert", weights, folder.resolve("x.pt"), "--cfg", "yolov5n")
        .fails(ExitCode.USAGE, "--cfg: a state dictionary (");
    Cli.run("convert", weights, folder.resolve("no/x.pt"))
        .fails(ExitCode.FAILED, folder.resolve("no/x.pt") + ": must lie in an existing folder");
    Path directory = Files.createDirectory(folder.resolve("d.pt"));
    Cli.run("convert", weights, directory, "--force")
        .fails(ExitCode.FAILED, directory + ": must be a file, there is a folder of that name");
    Cli.run("convert", folder.resolve("no.pt"), folder.resolve("x.pt"))
        .fails(ExitCode.FAILED, folder.resolve("no.pt") + ": no such file");
  }
}
