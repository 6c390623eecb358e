package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataSplitCommandTest {
  @TempDir private Path folder = Path.of("");
  private Path yaml = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    SmallDataSet set = new SmallDataSet(folder);
    for (int i = 10; i < 30; i++) {
      set.picture("p" + i, i % 19, i % 2 + " 0.5 0.5 0.2 0.2\n");
    }
    yaml = set.yaml("train: images");
    out = folder.resolve("out");
  }

  @Test
  void split_table_showsPicturesOfEachClass() throws IOException {
    Cli.Run run =
        Cli.run("data", "split", "--data", yaml, "--out", out, "--val-share", 0.2).succeeds();
    assertThat(run.err()).isEmpty();
    assertThat(run.lines())
        .containsExactly(
            "pictures       train  val",
            "with cat           8    2",
            "with dog           8    2",
            "without boxes      0    0",
            "all               16    4",
            "pictures kept together with an equal one: 1",
            "data set file: " + out.resolve("data.yaml"));
    assertThat(Files.readAllLines(out.resolve("train.txt"))).hasSize(16);
    assertThat(Files.readAllLines(out.resolve("val.txt"))).hasSize(4);
    Cli.run("data", "check", "--data", out.resolve("data.yaml"), "--quick").succeeds();
    Cli.run("data", "split", "--data", yaml, "--out", out)
        .fails(ExitCode.FAILED, out + ": the folder is not empty; name another one");
    Cli.run("data", "split", "--data", yaml, "--out", out, "--force").succeeds();
    Cli.run("data", "split", "--data", yaml, "--out", folder, "--force")
        .fails(ExitCode.FAILED, folder + ": must be another folder than that of " + yaml);
  }

  @Test
  void split_rareClass_isReported() throws IOException {
    SmallDataSet set = new SmallDataSet(folder);
    set.yaml("train: images");
    Files.writeString(yaml, "train: images\nnames: [cat, dog, cow]\n");
    set.picture("rare", 99, "2 0.5 0.5 0.2 0.2\n");
    Cli.Run run = Cli.run("data", "split", "--data", yaml, "--out", out).succeeds();
    assertThat(run.err())
        .isEqualTo("yolo4j: class 'cow' has too few pictures: none is in val%n".formatted());
  }

  @Test
  void split_badShares_areWrongUse() {
    Cli.run("data", "split", "--data", yaml, "--out", out, "--val-share", 1)
        .fails(ExitCode.USAGE, "--val-share, --test-share: the shares of val and test must be");
    Cli.run("data", "split", "--data", yaml, "--out", out, "--duplicates", "all")
        .fails(ExitCode.USAGE, "'--duplicates'");
    assertThat(out).doesNotExist();
  }

  @Test
  void split_neuDet_hasEachClassInItsShareAndEqualPicturesTogether() throws IOException {
    Path neu = Shared.path("data/neu-det");
    Path set = folder.resolve("neu");
    Cli.run("data", "convert", "--from", "voc", neu, "--out", set, "--images", "copy").succeeds();
    JsonNode json =
        Cli.run(
                "data",
                "split",
                "--data",
                set.resolve("data.yaml"),
                "--out",
                out,
                "--format",
                "json")
            .succeeds()
            .json();
    int[] expected = {300, 382, 342, 301, 300, 300};
    for (int id = 0; id < expected.length; id++) {
      int train = json.at("/splits/train/images_per_class/" + id).asInt();
      int val = json.at("/splits/val/images_per_class/" + id).asInt();
      assertThat(train + val).isEqualTo(expected[id]);
      assertThat((double) val).isCloseTo(expected[id] / 10., within(3.));
    }
    assertThat(json.at("/splits/train/images").asInt() + json.at("/splits/val/images").asInt())
        .isEqualTo(1800);
    assertThat(json.get("repeated").asInt()).isEqualTo(1);
    String train = Files.readString(out.resolve("train.txt"));
    assertThat(train.contains("/patches_101.jpg")).isEqualTo(train.contains("/patches_105.jpg"));

    Cli.Run check = Cli.run("data", "check", "--data", set.resolve("data.yaml"));
    assertThat(check.code()).isEqualTo(ExitCode.FAILED);
    assertThat(check.lines())
        .contains("issues: 3 duplicate, 1 duplicate image")
        .contains(
            "train: "
                + set.resolve("images/train/patches_105.jpg")
                + ": has the same pixels as "
                + set.resolve("images/train/patches_101.jpg"));
  }
}
