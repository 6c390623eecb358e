package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

final class StudyCommandTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    SynthOptions options = SynthOptions.defaults().withPictures(20).withSize(64);
    data = SteelDataset.write(folder.resolve("steel"), options, SynthListener.none());
  }

  private Cli.Run study(String what, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "study",
                what,
                "--data",
                data,
                "--imgsz",
                64,
                "--batch",
                4,
                "--threads",
                1,
                "--no-cache"));
    arguments.addAll(Arrays.asList(more));
    if (!arguments.contains("--epochs")) {
      arguments.addAll(List.of("--epochs", 1));
    }
    if (!arguments.contains("--out")) {
      arguments.addAll(List.of("--out", folder.resolve("study")));
    }
    return Cli.run(arguments.toArray());
  }

  @Test
  void size_trains_writesItsFiles_andGoesOnWhereItStands() throws IOException {
    Object[] options = {
      "--model", "yolov5n", "--class", "inclusion", "--sizes", "2,1", "--seeds", "0,1"
    };
    Cli.Run first = study("size", options).succeeds();
    assertThat(first.out())
        .startsWith("pictures a class  runs")
        .contains("95 % t-interval of the mean", "mAP50 0.800");
    assertThat(first.err()).contains("run 1 of 4: n1, seed 0, 1 pictures, 1 epochs");
    Path study = folder.resolve("study");
    assertThat(study.resolve("study.html")).content().contains("</html>");
    assertThat(study.resolve("study.png")).exists();
    assertThat(study.resolve("runs/n1/seed0/report.html")).exists();
    assertThat(Files.readAllLines(study.resolve("study.csv"))).hasSize(1 + 4);

    Files.delete(study.resolve("results/n2_seed1.json"));
    Object[] asJson = Arrays.copyOf(options, options.length + 2);
    asJson[options.length] = "--format";
    asJson[options.length + 1] = "json";
    Cli.Run second = study("size", asJson).succeeds();
    assertThat(second.err()).contains("done 4 of 4: n2, seed 1").doesNotContain("run 4 of 4");
    JsonNode json = second.json();
    assertThat(json.get("complete").asBoolean()).isTrue();
    assertThat(json.at("/cells/1/map50").has("low")).isTrue();

    study("size", "--model", "yolov5n", "--class", "inclusion", "--sizes", "1", "--seeds", 0)
        .fails(ExitCode.FAILED, "holds a study with another plan: cells.n2");
  }

  @Test
  void dryRun_printsThePlan_andWritesNothing() {
    Cli.Run run =
        study("augment", "--model", "yolov5n", "--presets", "none,aug9", "--dry-run").succeeds();
    assertThat(run.out())
        .containsPattern("none +16 +1 +3 .*pictures as they are")
        .containsPattern("aug9 +16 +2 +3 .*twice the epochs")
        .contains("6 runs in ", "0 of them done; validation on 4 pictures");
    assertThat(folder.resolve("study")).doesNotExist();
  }

  @Test
  void backbone_comparesNetworks() {
    Cli.Run run =
        study("backbone", "--models", "yolov5n,mobilenetv3small_yolo5s", "--dry-run").succeeds();
    assertThat(run.out()).contains("yolov5n ", "mobilenetv3small_yolo5s", "from random weights");
    study("backbone", "--models", "yolov5n=", "--dry-run")
        .fails(ExitCode.USAGE, "yolo4j: --models: must be MODEL or MODEL=FILE, got 'yolov5n='");
    study("backbone", "--models", "yolov5n", "--model", "yolov5s")
        .fails(ExitCode.USAGE, "yolo4j: --model: this study has --models");
    study("backbone", "--models", "yolov5n,yolov5q")
        .fails(ExitCode.USAGE, "yolo4j: yolov5q: no such file, and no shipped model of that name");
  }

  @Test
  void freeze_defaults_areTheBackbone_forHalfTheEpochs() {
    Cli.Run run = study("freeze", "--model", "yolov5n", "--epochs", 8, "--dry-run").succeeds();
    assertThat(run.out()).contains("10 stand still for 4 epochs, then all trains at 0.333");
  }

  @Test
  void badInput_isSaid_beforeAnythingIsWritten() throws IOException {
    study("size").fails(ExitCode.USAGE, "yolo4j: --model is missing");
    study("size", "--model", "yolov5n", "--seed", 1)
        .fails(ExitCode.USAGE, "yolo4j: --seed: the runs of a study have --seeds");
    study("size", "--model", "yolov5n", "--seeds", "1,1")
        .fails(ExitCode.USAGE, "yolo4j: a study needs at least one seed, and each only once");
    study("size", "--model", "yolov5n", "--sizes", "90", "--class", "inclusion")
        .fails(ExitCode.USAGE, "yolo4j: a subset of 90 pictures a class is larger than the class");
    study("size", "--model", "yolov5n", "--class", "patch")
        .fails(
            ExitCode.USAGE,
            "yolo4j: there is no class 'patch' in the data set; the nearest are patches");
    study("size", "--model", "yolov5n", "--target", 2)
        .fails(ExitCode.USAGE, "yolo4j: --target must lie in 0 to 1, got 2.0");
    study("augment", "--model", "yolov5n", "--presets", "aug4")
        .fails(ExitCode.USAGE, "yolo4j: --presets: there is no augmentation 'aug4'");
    Path file = Files.writeString(folder.resolve("file"), "");
    study("size", "--model", "yolov5n", "--out", file.resolve("study"))
        .fails(ExitCode.FAILED, "the study's folder cannot be written");
    assertThat(folder.resolve("study")).doesNotExist();
  }
}
