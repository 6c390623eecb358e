package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that make a data set of a data set, or a picture of it. */
final class DataMakingCommandsTest {
  private static final String CAT = "0 0.5 0.5 0.25 0.5\n";
  private static final String DOG = "1 0.5 0.5 0.5 0.5\n";

  @TempDir private Path temporary = Path.of("");
  private Path yaml = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    SmallDataSet set = new SmallDataSet(temporary.resolve("set"));
    for (int i = 0; i < 6; i++) {
      set.picture("train/c" + i, i, CAT);
      set.picture("train/d" + i, 10 + i, DOG);
    }
    set.picture("train/leak", 20, CAT);
    set.picture("val/v0", 20, CAT);
    set.picture("val/v1", 21, DOG);
    yaml = set.yaml("train: images/train\nval: images/val");
    out = temporary.resolve("out");
  }

  @Test
  void subset_perClass_printsCounts_andSaysWhatOverlaps() throws IOException {
    Cli.Run run =
        Cli.run("data", "subset", "--data", yaml, "--per-class", 4, "--out", out).succeeds();
    assertThat(run.lines())
        .containsExactly(
            "pictures of train  chosen  of",
            "with cat                4   7",
            "with dog                4   6",
            "without boxes           0   0",
            "all                     8  13",
            "data set file: " + out.resolve("data.yaml"));
    assertThat(run.err())
        .startsWith("yolo4j: the parts overlap: 1 of 'train' left out; the first, ")
        .contains("leak.png, looks the same as ");
    List<String> chosen = Files.readAllLines(out.resolve("train.txt"));
    assertThat(chosen).hasSize(8).doesNotHaveDuplicates();
    assertThat(chosen.stream().filter(line -> line.matches(".*/c\\d\\.png"))).hasSize(4);
    assertThat(Files.readAllLines(out.resolve("val.txt"))).hasSize(2);
  }

  @Test
  void subset_wrongUse_isRefused_andWritesNothing() throws IOException {
    Cli.run(
            "data",
            "subset",
            "--data",
            yaml,
            "--per-class",
            7,
            "--duplicates",
            "ignore",
            "--out",
            out)
        .fails(
            ExitCode.FAILED,
            "a subset of 7 pictures per class needs as many that show it, there is 'dog' on 6");
    Cli.run("data", "subset", "--data", yaml, "--per-class", 0, "--out", out)
        .fails(ExitCode.USAGE, "--per-class, --total, --background: a subset needs either");
    Cli.run("data", "subset", "--data", yaml, "--total", 4, "--classes", "cow", "--out", out)
        .fails(ExitCode.USAGE, "--classes: the data set has no class 'cow', only [cat, dog]");
    Cli.run("data", "subset", "--data", yaml, "--total", 4, "--split", "test", "--out", out)
        .fails(ExitCode.FAILED, "the data set has no part 'test', only [train, val]");
    assertThat(out).doesNotExist();
    Path used = Files.createDirectory(temporary.resolve("used"));
    Files.writeString(used.resolve("a"), "");
    Cli.run("data", "subset", "--data", yaml, "--total", 4, "--out", used)
        .fails(ExitCode.FAILED, used + ": the folder must be new or empty, it holds a");
  }

  @Test
  void subset_partsThatAreTheSame_isRefused() throws IOException {
    Path same =
        new SmallDataSet(temporary.resolve("set")).yaml("train: images/val\nval: images/val");
    Cli.run("data", "subset", "--data", same, "--total", 1, "--out", out)
        .fails(
            ExitCode.FAILED,
            "the parts overlap: every picture of 'train' is in another part too, the first is ");
  }

  @Test
  void kfold_json_hasEveryFold() {
    JsonNode json =
        Cli.run("data", "kfold", "--data", yaml, "--folds", 3, "--out", out, "--format", "json")
            .succeeds()
            .json();
    assertThat(json.at("/together").asInt()).isEqualTo(1);
    assertThat(json.get("folds")).hasSize(3);
    int measured = 0;
    for (JsonNode fold : json.get("folds")) {
      measured += fold.get("val").asInt();
      assertThat(fold.get("train").asInt() + fold.get("val").asInt()).isEqualTo(15);
      assertThat(Path.of(fold.get("data").asText())).exists();
    }
    assertThat(measured).isEqualTo(15);
    Cli.run("data", "kfold", "--data", yaml, "--folds", 1, "--out", temporary.resolve("x"))
        .fails(ExitCode.USAGE, "--folds must be at least 2, got 1");
  }

  @Test
  void merge_twoSets_saysWhatWasLeftOut() throws IOException {
    SmallDataSet second = new SmallDataSet(temporary.resolve("second"));
    second.picture("train/x", 0, CAT);
    second.picture("train/y", 50, CAT);
    Path other =
        Files.writeString(
            second.folder().resolve("data.yaml"), "train: images/train\nnames: [cow]\n");
    Cli.Run run =
        Cli.run("data", "merge", yaml, other, "--map", "cow=cat", "--out", out).succeeds();
    assertThat(run.lines())
        .containsExactly(
            "boxes            train  val",
            "cat                  7    1",
            "dog                  6    1",
            "pictures            13    2",
            "- without boxes      0    0",
            "2 pictures left out: another has the same pixels",
            "data set file: " + out.resolve("data.yaml"));
    Cli.run("data", "check", "--data", out.resolve("data.yaml")).succeeds();
    Cli.run("data", "merge", yaml, other, "--map", "cow=Cat", "--out", temporary.resolve("x"))
        .fails(ExitCode.FAILED, "conflicting names");
  }

  @Test
  void augment_multipliesTrainingAlone() {
    Cli.Run run =
        Cli.run("data", "augment", "--data", yaml, "--factor", 2, "--out", out, "--format", "json")
            .succeeds();
    JsonNode json = run.json();
    assertThat(json.get("pictures").asInt()).isEqualTo(12);
    assertThat(json.get("made").asInt()).isEqualTo(12);
    assertThat(run.err()).contains("the parts overlap: 1 of 'train' left out");
    JsonNode stats =
        Cli.run("data", "stats", "--data", out.resolve("data.yaml"), "--format", "json")
            .succeeds()
            .json();
    assertThat(stats.at("/parts/train/images").asInt()).isEqualTo(24);
    assertThat(stats.at("/parts/val/images").asInt()).isEqualTo(2);
    Cli.run("data", "augment", "--data", yaml, "--factor", 1, "--out", temporary.resolve("x"))
        .fails(ExitCode.USAGE, "--factor must be at least 2, got 1");
  }

  @Test
  void preview_batchAndAugmentations_drawPictures() throws IOException {
    Path sheet = temporary.resolve("batch.png");
    Cli.Run run =
        Cli.run(
                "data",
                "preview",
                "--data",
                yaml,
                "--imgsz",
                64,
                "--batch-size",
                4,
                "--batch",
                1,
                "--plain",
                "--out",
                sheet)
            .succeeds();
    assertThat(run.out()).isEqualTo(sheet + ": 4 pictures, 4 boxes\n");
    Image drawn = ImageDecoders.preferred().read(sheet);
    // Two columns and rows of 64 pixels, gaps of 8, captions of 20.
    assertThat(drawn.width()).isEqualTo(8 + 2 * (64 + 8));
    assertThat(drawn.height()).isEqualTo(8 + 2 * (64 + 8 + 20));
    Path table = temporary.resolve("table.png");
    Cli.run(
            "data",
            "preview",
            "--data",
            yaml,
            "--imgsz",
            64,
            "--augmentations",
            "--picture",
            "d3.png",
            "--draws",
            2,
            "--out",
            table)
        .succeeds();
    drawn = ImageDecoders.preferred().read(table);
    assertThat(drawn.width()).isEqualTo(8 + 2 * (150 + 2 * (64 + 8)));
    assertThat(drawn.height()).isEqualTo(8 + 10 * (64 + 8));
  }

  @Test
  void preview_wrongUse_isRefused() {
    Path sheet = temporary.resolve("a.png");
    Cli.run("data", "preview", "--data", yaml, "--out", temporary.resolve("a.gif"))
        .fails(ExitCode.USAGE, "a.gif must end in .png, .jpg or .jpeg");
    Cli.run("data", "preview", "--data", yaml, "--batch", 9, "--out", sheet)
        .fails(ExitCode.USAGE, "--batch must lie in 0 to 0: an epoch has 1 batches, got 9");
    Cli.run("data", "preview", "--data", yaml, "--imgsz", 100, "--out", sheet)
        .fails(ExitCode.USAGE, "--imgsz must be a multiple of 32, got 100");
    Cli.run("data", "preview", "--data", yaml, "--picture", "c0.png", "--out", sheet)
        .fails(ExitCode.USAGE, "--picture is for --augmentations");
    Cli.run(
            "data",
            "preview",
            "--data",
            yaml,
            "--augmentations",
            "--picture",
            "z.png",
            "--out",
            sheet)
        .fails(ExitCode.FAILED, "--picture: no usable picture of ");
    Cli.run("data", "preview", "--data", yaml, "--out", temporary.resolve("no/a.png"))
        .fails(ExitCode.USAGE, "lies in no folder that exists; make it first");
    assertThat(sheet).doesNotExist();
  }
}
