package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataCheckCommandTest {
  @TempDir private Path folder = Path.of("");

  private SmallDataSet set() {
    return new SmallDataSet(folder);
  }

  @Test
  void check_goodDataSet_saysSo() throws IOException {
    set().picture("train/a", 1, "0 0.5 0.5 0.2 0.2\n");
    set().picture("val/b", 2, "");
    Path yaml = set().yaml("train: images/train\nval: images/val");
    Cli.Run run = Cli.run("data", "check", "--data", yaml).succeeds();
    assertThat(run.lines())
        .containsExactly(
            "part   pictures  background  boxes  issues",
            "train         1           0      1       0",
            "val           1           1      0       0",
            "no issues");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void check_flaws_areShownWithFileAndLine() throws IOException {
    Path a =
        set().picture("train/a", 1, "0 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.2 0.2\n0 1.1 0.5 0.4 0.2\n");
    Path b = set().picture("val/b", 1, "");
    set().picture("val/c", 3, "");
    Files.delete(set().labels("val/c"));
    Path yaml = set().yaml("train: images/train\nval: images/val");
    Cli.Run run = Cli.run("data", "check", "--data", yaml);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    String labels = set().labels("train/a").toString();
    assertThat(run.lines())
        .containsExactly(
            "train: " + labels + ":2: the class must be a number from 0 to 1, got 2",
            "train: "
                + labels
                + ":3: coordinates must lie in 0 to 1, got 1.1 in column 2; the row is left out",
            "val: "
                + folder.resolve("images/val/c.png")
                + ": there is no label file "
                + set().labels("val/c"),
            b + ": is in 'val' and has the same pixels as " + a + " in 'train'",
            "",
            "part   pictures  background  boxes  issues",
            "train         1           0      1       2",
            "val           1           1      0       1",
            "issues: 1 missing labels, 1 unknown class, 1 out of range, 1 shared image");

    Cli.Run clipped =
        Cli.run(
            "data",
            "check",
            "--data",
            yaml,
            "--bad-boxes",
            "clip",
            "--missing-labels",
            "background",
            "--format",
            "csv");
    assertThat(clipped.code()).isEqualTo(ExitCode.FAILED);
    assertThat(clipped.lines())
        .hasSize(4)
        .startsWith("part,kind,file,line,message")
        .contains(
            "train,out of range,"
                + labels
                + ",3,\"coordinates must lie in 0 to 1, got 1.1 in column 2; clipped to '0 0.950000 0.500000 0.100000 0.200000'\"");

    JsonNode json = Cli.run("data", "check", "--data", yaml, "--format", "json").json();
    assertThat(json.get("good").asBoolean()).isFalse();
    assertThat(json.at("/parts/train/boxes").asInt()).isEqualTo(1);
    assertThat(json.at("/parts/train/issues/0/line").asInt()).isEqualTo(2);
    assertThat(json.at("/parts/train/issues/0/kind").asText()).isEqualTo("unknown class");
    assertThat(json.at("/shared/0/file").asText()).isEqualTo(b.toString());
    // Headers alone tell nothing of equal pictures.
    assertThat(Cli.run("data", "check", "--data", yaml, "--quick").out())
        .doesNotContain("same pixels");
  }

  @Test
  void check_partThatIsEmptyOrHasNoLabels_isOneSentence() throws IOException {
    set().picture("train/a", 1, "");
    Files.delete(set().labels("train/a"));
    Files.delete(folder.resolve("labels/train"));
    Files.createDirectories(folder.resolve("images/val"));
    Path yaml = set().yaml("train: images/train\nval: images/val");
    Cli.Run run = Cli.run("data", "check", "--data", yaml);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.lines().get(0))
        .isEqualTo(
            "train: "
                + folder.resolve("labels/train")
                + ": there is no such folder of labels, so none of the 1 pictures has labels; the first would be "
                + set().labels("train/a"));
    assertThat(run.lines().get(1))
        .startsWith(yaml + ": key 'val': " + folder.resolve("images/val") + " holds no pictures");
    assertThat(Cli.run("data", "check", "--data", yaml, "--format", "csv").lines().get(2))
        .startsWith("val,unusable part,,0,");
    assertThat(
            Cli.run("data", "check", "--data", yaml, "--format", "json")
                .json()
                .at("/parts/val/error")
                .asText())
        .contains("holds no pictures");
  }

  @Test
  void check_wrongUse_isRefused() throws IOException {
    Cli.run("data", "check").fails(ExitCode.USAGE, "'--data=FILE'");
    Path none = folder.resolve("none.yaml");
    Cli.run("data", "check", "--data", none)
        .fails(ExitCode.FAILED, none + ": there is no such file");
    Path yaml = set().yaml("train: images");
    Cli.run("data", "check", "--data", yaml, "--format", "xml").fails(ExitCode.USAGE, "'--format'");
  }

  @Test
  void check_coco128_namesTheSameFilesTwice() {
    Path yaml = Shared.path("data/coco128/coco128.yaml");
    Cli.Run run = Cli.run("data", "check", "--data", yaml, "--quick");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.lines())
        .contains(
            "train       128           2    929       0",
            "val         128           2    929       0",
            "issues: 1 shared image");
    assertThat(run.lines().get(0))
        .startsWith(yaml + ": 128 of the 128 pictures of 'val' are in 'train' too");
  }

  @Test
  void check_cache_liesWhereTheEnvironmentSays() throws IOException {
    set().picture("train/a", 1, "0 0.5 0.5 0.2 0.2\n");
    Path yaml = set().yaml("train: images/train");
    waitUntilFilesAreOld();
    Path cache = folder.resolve("cache");
    Path xdg = folder.resolve("xdg");
    Path home = folder.resolve("home");
    Object[] command = {"data", "check", "--data", yaml, "--quick"};
    Map<String, String> environment =
        Map.of("HOME", home.toString(), "XDG_CACHE_HOME", xdg.toString());
    Cli.runWith(environment, "data", "check", "--data", yaml, "--quick", "--no-cache").succeeds();
    Cli.runWith(Map.of(), command).succeeds();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("images", "labels", "data.yaml");
    Cli.runWith(Map.of("YOLO4J_CACHE", cache.toString(), "HOME", home.toString()), command)
        .succeeds();
    assertThat(cache.toFile().list()).hasSize(1);
    Cli.runWith(environment, command).succeeds();
    assertThat(xdg.resolve("yolo4j").toFile().list()).hasSize(1);
    Cli.runWith(Map.of("HOME", home.toString(), "XDG_CACHE_HOME", "relative"), command).succeeds();
    assertThat(home.resolve(".cache/yolo4j").toFile().list()).hasSize(1);
  }

  /** Files of this moment are not remembered. */
  private static void waitUntilFilesAreOld() throws IOException {
    try {
      Thread.sleep(2100);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
