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

final class TrainCommandTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    SynthOptions options = SynthOptions.defaults().withPictures(10).withSize(64);
    data = SteelDataset.write(folder.resolve("steel"), options, SynthListener.none());
  }

  private Cli.Run train(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                data,
                "--model",
                "yolov5n",
                "--imgsz",
                64,
                "--batch",
                4,
                "--threads",
                1));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void train_twoEpochs_writesModelsTableAndReport() throws IOException {
    Path run = folder.resolve("run");
    Cli.Run result = train("--epochs", 2, "--out", run, "--set", "lr0=0.005").succeeds();
    assertThat(result.out()).contains("Results in " + run);
    assertThat(run.resolve("weights/best.safetensors")).exists();
    assertThat(run.resolve("weights/last.safetensors")).exists();
    assertThat(Files.readAllLines(run.resolve("results.csv"))).hasSize(3);
    assertThat(Files.readString(run.resolve("hyp.yaml"))).contains("lr0: 0.005");
    assertThat(Files.readString(run.resolve("report.html"))).contains("</html>");

    Path again = folder.resolve("again");
    Cli.run("train", "--config", run.resolve("opt.yaml"), "--out", again, "--no-plots").succeeds();
    assertThat(again.resolve("opt.yaml"))
        .content()
        .isEqualTo(
            Files.readString(run.resolve("opt.yaml")).replace(run.toString(), again.toString()))
        .contains("threads: 1", "own_kernels: true");
    assertThat(Files.mismatch(weights(run), weights(again))).isEqualTo(-1);
  }

  private static Path weights(Path run) {
    return run.resolve("weights/last.safetensors");
  }

  @Test
  void train_twoSeeds_givesMeanAndDeviation() {
    Path run = folder.resolve("seeds");
    JsonNode json =
        train("--epochs", 1, "--out", run, "--seeds", "3,4", "--no-plots", "--format", "json")
            .succeeds()
            .json();
    assertThat(json.get("runs")).hasSize(2);
    assertThat(json.at("/metrics/mAP50").has("deviation")).isTrue();
    assertThat(run.resolve("seed3/weights/best.safetensors")).exists();
  }

  @Test
  void train_evolution_writesTrialsAndTheBest() throws IOException {
    Path run = folder.resolve("evolution");
    train("--epochs", 1, "--out", run, "--evolve", 2, "--no-plots").succeeds();
    assertThat(Files.readAllLines(run.resolve("evolution.csv"))).hasSize(3);
    assertThat(run.resolve("hyp_best.yaml")).exists();
  }

  @Test
  void train_withoutData_isWrongUsage() {
    Cli.run("train", "--model", "yolov5n")
        .fails(
            ExitCode.USAGE,
            "yolo4j: --data is missing: the data set's YAML file (or --config, or --resume)");
  }

  @Test
  void train_unknownHyperparameter_namesTheNearest() {
    Cli.Run run = train("--set", "lr=0.1");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("yolo4j: --set: unknown hyper-parameter 'lr'").contains("lr0");
  }

  @Test
  void train_thawWithoutFreeze_isWrongUsage() {
    train("--thaw-rate", 0.5)
        .fails(
            ExitCode.USAGE,
            "yolo4j: --freeze-epochs and --thaw-rate need --freeze, which is missing");
  }

  @Test
  void train_resumeWithOtherOptions_isWrongUsage() {
    Cli.run("train", "--resume", folder, "--epochs", 3)
        .fails(
            ExitCode.USAGE,
            "yolo4j: --resume goes on with the options that the run began with; leave out --epochs");
    Cli.run("train", "--resume", folder, "--device", "cpu")
        .fails(ExitCode.USAGE, "leave out --device");
  }

  @Test
  void train_intoAFolderWithFiles_failsAndWritesNothing() {
    train("--epochs", 1, "--out", folder)
        .fails(
            ExitCode.FAILED,
            "yolo4j: "
                + folder
                + ": the folder of a new run must be empty or absent; it holds files already");
    assertThat(folder.resolve("report.html")).doesNotExist();
  }

  @Test
  void train_dataThatIsNotThere_leavesNoFolder() {
    Path run = folder.resolve("run");
    Cli.Run result =
        Cli.run("train", "--data", folder.resolve("no.yaml"), "--model", "yolov5n", "--out", run);
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("no.yaml").hasLineCount(1);
    assertThat(run).doesNotExist();
  }
}
