package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.ImageDecoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataStatsCommandTest {
  @TempDir private Path folder = Path.of("");
  private Path yaml = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    SmallDataSet set = new SmallDataSet(folder);
    // 40 by 20 pixels, so 320 by 160 at 320.
    set.picture("train/a", 1, "0 0.5 0.5 0.25 0.5\n0 0.5 0.5 0.5 0.5\n");
    set.picture("train/b", 2, "");
    set.picture("val/c", 3, "0 0.5 0.5 0.1 0.1\n9 0.5 0.5 0.1 0.1\n");
    yaml = set.yaml("train: images/train\nval: images/val");
  }

  @Test
  void stats_table_showsPartsAndClasses() {
    Cli.Run run =
        Cli.run("data", "stats", "--data", yaml, "--imgsz", 320, "--split", "train").succeeds();
    assertThat(run.err()).isEqualTo("yolo4j: train: no boxes of dog%n".formatted());
    assertThat(run.lines())
        .containsExactly(
            "train: 2 pictures (1 background), 2 boxes",
            "pictures: 40 wide, 20 high; boxes a picture: 2.00 on average, 2 to 2",
            "sizes of boxes in pixels at 320:",
            "class  pictures  boxes  width 5%  50%  95%  height 5%  50%  95%  w/h 5%   50%   95%",
            "cat           1      2        84  120  156         80   80   80    1.05  1.50  1.95",
            "dog           0      0         -    -    -          -    -    -       -     -     -",
            "all           1      2        84  120  156         80   80   80    1.05  1.50  1.95",
            "");
  }

  @Test
  void stats_json_hasAllNumbers() {
    Cli.Run run =
        Cli.run("data", "stats", "--data", yaml, "--imgsz", 320, "--format", "json").succeeds();
    assertThat(run.err())
        .isEqualTo(
            "yolo4j: 1 flaws; what they concern is left out (yolo4j data check shows them)%nyolo4j: train: no boxes of dog%nyolo4j: val: no boxes of dog%n"
                .formatted());
    JsonNode json = run.json();
    assertThat(json.at("/parts/train/images").asInt()).isEqualTo(2);
    assertThat(json.at("/parts/train/background").asInt()).isEqualTo(1);
    assertThat(json.at("/parts/train/image_width/mean").asDouble()).isEqualTo(40);
    JsonNode cat = json.at("/parts/train/classes/0");
    assertThat(cat.get("name").asText()).isEqualTo("cat");
    assertThat(cat.at("/width/mean").asDouble()).isCloseTo(.375, within(1e-9));
    assertThat(cat.at("/width_px/max").asDouble()).isCloseTo(160, within(1e-9));
    assertThat(json.at("/parts/val/all/boxes").asInt()).isEqualTo(1);
  }

  @Test
  void stats_csv_hasARowForEachClassAndPart() {
    Cli.Run run = Cli.run("data", "stats", "--data", yaml, "--format", "csv").succeeds();
    assertThat(run.lines()).hasSize(7);
    assertThat(run.lines().get(0))
        .startsWith("part,class,images,boxes,width_mean,width_min,")
        .endsWith("per_image_p95,per_image_max");
    long columns = run.lines().get(0).chars().filter(c -> c == ',').count();
    assertThat(run.lines()).allMatch(line -> line.chars().filter(c -> c == ',').count() == columns);
    assertThat(run.lines().get(4)).startsWith("val,cat,1,1,0.1,");
  }

  @Test
  void stats_full_findsLabelsAndPictures_andHoldsAnchorsAgainstBoxes() throws IOException {
    SmallDataSet set = new SmallDataSet(folder);
    set.picture("train/d", 3, "1 0.5 0.5 1 1\n");
    Cli.Run run =
        Cli.run(
                "data",
                "stats",
                "--data",
                yaml,
                "--imgsz",
                320,
                "--full",
                "--model",
                "yolov5n",
                "--format",
                "json")
            .succeeds();
    JsonNode json = run.json();
    assertThat(json.get("suspicious")).hasSize(1);
    assertThat(json.at("/suspicious/0/kind").asText()).isEqualTo("whole picture");
    assertThat(json.get("lookalikes")).hasSize(1);
    assertThat(json.at("/lookalikes/0/same_pixels").asBoolean()).isTrue();
    assertThat(json.at("/lookalikes/0/parts").toString()).isEqualTo("[\"train\",\"val\"]");
    assertThat(json.at("/anchors/boxes").asInt()).isEqualTo(4);
    assertThat(json.at("/anchors/recall").asDouble()).isEqualTo(1);
    assertThat(json.at("/anchors/classes/1/name").asText()).isEqualTo("dog");
    Cli.Run text = Cli.run("data", "stats", "--data", yaml, "--imgsz", 320, "--full").succeeds();
    assertThat(text.out())
        .contains("suspicious labels: 1", "whole picture: 1")
        .contains("pictures that are there twice: 1, in 1 groups", "  same pixels (train, val): ");
  }

  @Test
  void stats_page_holdsAllOfItWithoutANetwork() throws IOException {
    SmallDataSet set = new SmallDataSet(folder);
    set.picture("train/d", 3, "1 0.5 0.5 1 1\n");
    Path page = folder.resolve("page.html");
    Path png = folder.resolve("charts.png");
    Cli.run(
            "data", "stats", "--data", yaml, "--imgsz", 320, "--model", "yolov5n", "--html", page,
            "--png", png)
        .succeeds();
    String text = Files.readString(page);
    assertThat(text)
        .contains("<dt>pictures</dt><dd>4</dd>", "<dt>boxes</dt><dd>4</dd>")
        .contains("<dt>suspicious labels</dt><dd>1</dd>", "<dt>repeated pictures</dt><dd>1</dd>")
        .contains("Best possible recall of yolov5n at 320 pixels", "40 × 20")
        .doesNotContain("http://", "https://", "<link");
    assertThat(ImageDecoders.preferred().read(png).width()).isEqualTo(2400);
    Cli.run("data", "stats", "--data", yaml, "--png", folder.resolve("a.gif"))
        .fails(ExitCode.USAGE, "a.gif must end in .png, .jpg or .jpeg");
    Cli.run("data", "stats", "--data", yaml, "--html", folder)
        .fails(ExitCode.USAGE, "--html: " + folder + " is a folder; a file was to be named");
  }

  @Test
  void stats_wrongUse_isRefused() {
    Cli.run("data", "stats", "--data", yaml, "--imgsz", 0)
        .fails(ExitCode.USAGE, "--imgsz must be at least 1, got 0");
    Cli.run("data", "stats", "--data", yaml, "--split", "test")
        .fails(ExitCode.FAILED, yaml + ": key 'test' is missing; the file has [train, val]");
  }
}
