package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.synth.SteelDataset;
import io.yolo4j.synth.SynthListener;
import io.yolo4j.synth.SynthOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code prune} and {@code distill} on a few small pictures. */
final class LightenCommandsTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private Path weights = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    SynthOptions options = SynthOptions.defaults().withPictures(10).withSize(64);
    data = SteelDataset.write(folder.resolve("steel"), options, SynthListener.none());
    weights = folder.resolve("first/weights/last.safetensors");
    run("train", "--model", "yolov5n", "--out", folder.resolve("first"), "--no-plots").succeeds();
  }

  private Cli.Run run(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(command, "--data", data));
    arguments.addAll(List.of("--imgsz", 64, "--batch", 4, "--threads", 1, "--epochs", 1));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void prune_writesModelsAndReport_thatAllCommandsTake() throws IOException {
    Path out = folder.resolve("slim");
    Cli.Run pruned =
        run(
                "prune",
                "--weights",
                weights,
                "--cut-flops",
                0.3,
                "--out",
                out,
                "--runs",
                3,
                "--no-plots")
            .succeeds();
    assertThat(pruned.out()).contains("original", "pruned", "tuned", "onednn ms");
    assertThat(pruned.err()).doesNotContain("was trained at");
    JsonNode json = new ObjectMapper().readTree(out.resolve("lightening.json").toFile());
    JsonNode models = json.get("models");
    assertThat(models.get(1).get("flops").asLong())
        .isLessThanOrEqualTo((long) (0.7 * models.get(0).get("flops").asLong()));
    assertThat(json.get("layers").size()).isPositive();
    assertThat(Files.readString(out.resolve("lightening.html")))
        .contains("Before and after", "</html>");

    Path model = out.resolve("pruned.safetensors");
    Cli.run("summary", model).succeeds();
    Cli.run("plan", model, "--imgsz", 64).succeeds();
    // At the size that the file says it was trained at.
    assertThat(Cli.run("val", "--weights", model, "--data", data).succeeds().out())
        .contains(" batches of 8 at 64");
    Cli.run("val", "--weights", model, "--data", data, "--imgsz", 64, "--backend", "onednn")
        .succeeds();
    Path pictures = folder.resolve("steel/images/val");
    Cli.run(
            "detect",
            "--source",
            pictures,
            "--weights",
            model,
            "--imgsz",
            64,
            "--save-dir",
            folder.resolve("found"))
        .succeeds();
    Cli.run("export", model, "--output", folder.resolve("pruned.onnx"), "--imgsz", 64).succeeds();
    Path converted = folder.resolve("pruned.pt");
    Cli.run("convert", model, converted).succeeds();
  }

  @Test
  void prune_atAnotherSizeThanTheModels_warns() {
    Cli.Run run =
        Cli.run(
                "prune",
                "--data",
                data,
                "--weights",
                weights,
                "--imgsz",
                32,
                "--cut-flops",
                0.3,
                "--no-tuning",
                "--runs",
                2,
                "--out",
                folder.resolve("slim"))
            .succeeds();
    assertThat(run.err()).contains("warning: the model was trained at 64 pixels, --imgsz is 32");
  }

  @Test
  void prune_badUsage_saysWhatMustHold() {
    run("prune", "--weights", weights, "--cut-flops", 1.5)
        .fails(2, "the share of operations to leave out must be from 0 to below 1, got 1.5");
    run("prune", "--weights", weights)
        .fails(2, "exactly one of the shares of channels and of operations must be above 0");
    run("prune", "--model", "yolov5n", "--cut-flops", 0.3)
        .fails(2, "slimming starts from weights that carry a description");
    run("prune", "--weights", weights, "--cut-flops", 0.3, "--sparse-epochs", 2)
        .fails(2, "epochs with sparsity and a sparsity above 0 go together, got 2 and 0.0");
  }

  @Test
  void distill_trainsAndWeighs() throws IOException {
    Path out = folder.resolve("student");
    Cli.Run run =
        run(
                "distill",
                "--teacher",
                weights,
                "--model",
                "yolov5n",
                "--out",
                out,
                "--runs",
                2,
                "--no-plots",
                "--format",
                "json")
            .succeeds();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("models")).hasSize(2);
    assertThat(json.get("models").get(1).get("name").asText()).isEqualTo("student");
    assertThat(out.resolve("weights/best.safetensors")).exists();
    assertThat(out.resolve("lightening.html")).exists();
    run("distill", "--teacher", weights, "--model", "yolov5n", "--output-weight", -1)
        .fails(2, "the weight of a teacher's outputs must be at least 0 and finite, got -1.0");
  }
}
