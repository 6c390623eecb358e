package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataSynthCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void synth_aNewFolder_isADataSet() throws IOException {
    Path out = folder.resolve("steel");
    Cli.Run run = Cli.run("data", "synth", "--out", out, "--images", 10, "--size", 64).succeeds();
    assertThat(run.out().strip())
        .isEqualTo(out.resolve("data.yaml") + ": 8 pictures for training, 2 for validation");
    assertThat(run.err()).isEmpty();
    DatasetConfig config = DatasetConfig.read(out.resolve("data.yaml"));
    Dataset train = Dataset.scan(config, Split.TRAIN, ScanOptions.defaults());
    assertThat(train.samples()).hasSize(8);
    assertThat(train.samples().get(0).size()).hasToString("64x64");
    assertThat(train.issues()).isEmpty();
  }

  @Test
  void synth_json_namesTheDataSet() throws IOException {
    Path out = Files.createDirectory(folder.resolve("empty"));
    JsonNode json =
        Cli.run(
                "data",
                "synth",
                "--out",
                out,
                "--images",
                4,
                "--size",
                64,
                "--clean-share",
                1,
                "--val-share",
                0.5,
                "--seed",
                3,
                "--format",
                "json")
            .succeeds()
            .json();
    assertThat(json.get("data").asText()).isEqualTo(out.resolve("data.yaml").toString());
    assertThat(json.get("train").asInt()).isEqualTo(2);
    assertThat(json.get("val").asInt()).isEqualTo(2);
    assertThat(out.resolve("labels/train/train_00001.txt")).isEmptyFile();
  }

  @Test
  void synth_wrongUse_isExplained() throws IOException {
    Cli.run("data", "synth").fails(ExitCode.USAGE, "Missing required option: '--out=DIR'");
    fails("--images must be at least 2, got 1", "--images", 1);
    fails("--size must lie in 64 to 4096, got 32", "--size", 32);
    fails("--size must lie in 64 to 4096, got 4097", "--size", 4097);
    fails("--clean-share must lie in 0 to 1, got 1.5", "--clean-share", 1.5);
    fails("--val-share must be over 0 and under 1, got 1.0", "--val-share", 1);
    Files.writeString(folder.resolve("mine.txt"), "");
    Cli.run("data", "synth", "--out", folder)
        .fails(ExitCode.FAILED, folder + ": the folder must be new or empty, it holds mine.txt");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  private void fails(String message, String option, Object value) {
    Cli.run("data", "synth", "--out", folder.resolve("new"), option, value)
        .fails(ExitCode.USAGE, message);
  }

  @Test
  void help_namesTheOptions() {
    assertThat(Cli.run("data", "--help").succeeds().out()).contains("synth");
    assertThat(Cli.run("data", "synth", "--help").succeeds().out())
        .contains("--out", "--images", "--size", "--seed", "--clean-share", "--val-share");
    Cli.run("data").fails(ExitCode.USAGE, "a command is missing");
  }
}
