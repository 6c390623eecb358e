package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataConvertCommandTest {
  @TempDir private Path folder = Path.of("");
  private Path voc = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    voc = folder.resolve("voc");
    out = folder.resolve("out");
    Files.createDirectories(voc.resolve("Annotations"));
    Files.createDirectories(voc.resolve("JPEGImages"));
    add("a", "cat", 0);
    add("b", "dog", 1);
  }

  private void add(String name, String className, int difficult) throws IOException {
    ImageWriter.write(Pictures.plain(40, 20, 0x808080), voc.resolve("JPEGImages/" + name + ".png"));
    Files.writeString(
        voc.resolve("Annotations/" + name + ".xml"),
        """
        <annotation><filename>%s</filename><object><name>%s</name><difficult>%d</difficult>
        <bndbox><xmin>5</xmin><ymin>5</ymin><xmax>25</xmax><ymax>15</ymax></bndbox></object></annotation>
        """
            .formatted(name, className, difficult));
  }

  private Cli.Run convert(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("data", "convert", "--out", out));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void convert_voc_findsTheUsualFoldersAndPrintsCounts() throws IOException {
    Cli.Run run = convert("--from", "voc", voc).succeeds();
    assertThat(run.err()).isEmpty();
    assertThat(run.lines())
        .containsExactly(
            "class                 train  all",
            "cat                       1    1",
            "dog                       1    1",
            "all boxes                 2    2",
            "pictures                  2    2",
            "- without boxes           0    0",
            "- of several classes      0    0",
            "1 objects marked difficult, kept",
            "data set file: " + out.resolve("data.yaml"));
    assertThat(out.resolve("labels/train/b.txt"))
        .content()
        .isEqualTo("1 0.375000 0.500000 0.500000 0.500000\n");
    assertThat(out.resolve("images/train/b.png")).isRegularFile();
  }

  @Test
  void convert_options_areFollowed() throws IOException {
    Path val = Files.writeString(folder.resolve("val.txt"), "b\n");
    JsonNode json =
        convert(
                "--from",
                "VOC",
                voc.resolve("Annotations"),
                "--names",
                "dog, cat",
                "--images",
                "symlink",
                "--difficult",
                "drop",
                "--corners",
                "inclusive",
                "--split-val",
                val,
                "--format",
                "json")
            .succeeds()
            .json();
    assertThat(json.get("names").toString()).isEqualTo("[\"dog\",\"cat\"]");
    assertThat(json.at("/splits/train/boxes").toString()).isEqualTo("[0,1]");
    assertThat(json.at("/splits/val/background").asInt()).isEqualTo(1);
    assertThat(json.get("difficult").asInt()).isEqualTo(1);
    assertThat(json.get("issues")).isEmpty();
    assertThat(out.resolve("images/val/b.png")).isSymbolicLink();
    assertThat(out.resolve("labels/train/a.txt"))
        .content()
        .isEqualTo("1 0.362500 0.475000 0.525000 0.550000\n");
  }

  @Test
  void convert_coco_oneFileAPart() throws IOException {
    Path pictures = voc.resolve("JPEGImages");
    String text =
        """
        {"images": [{"id": 1, "file_name": "%s.png", "width": 40, "height": 20}],
         "categories": [{"id": 3, "name": "dog"}],
         "annotations": [
          {"id": 1, "image_id": 1, "category_id": 3, "bbox": [10, 5, 20, 10], "iscrowd": 0,
           "segmentation": [[10, 5, 30, 5, 20, 15]]},
          {"id": 2, "image_id": 1, "category_id": 3, "bbox": [10, 5, 20, 10], "iscrowd": 1}]}
        """;
    Path train = Files.writeString(folder.resolve("t.json"), text.formatted("a"));
    Path val = Files.writeString(folder.resolve("v.json"), text.formatted("b"));
    Cli.Run run =
        convert(
                "--from",
                "coco",
                "train=" + train,
                "val=" + val,
                "--pictures",
                pictures,
                "--polygons")
            .succeeds();
    assertThat(run.lines())
        .contains("class                 train  val  all", "2 crowd regions, left out");
    assertThat(out.resolve("labels/val/b.txt"))
        .content()
        .isEqualTo("0 0.250000 0.250000 0.750000 0.250000 0.500000 0.750000\n");
    convert("--from", "coco", "train=" + train, val, "--pictures", pictures)
        .fails(ExitCode.USAGE, "either all annotations or none must have train=, val= or test=");
    convert("--from", "coco", "train=" + train, "--split-val", val)
        .fails(ExitCode.USAGE, "says the part, and so does --split-…; give one of the two");
  }

  @Test
  void convert_lossOfObjects_isReportedAndFails() throws IOException {
    Files.writeString(voc.resolve("Annotations/b.xml"), "<annotation>");
    Cli.Run run = convert("--from", "voc", voc);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .startsWith("yolo4j: " + voc.resolve("Annotations/b.xml") + ": no valid XML: line ");
    assertThat(run.lines()).contains("issues: 1 unreadable annotations");
    assertThat(out.resolve("data.yaml")).exists();
  }

  @Test
  void convert_manyIssuesOfAKind_areCut() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.writeString(voc.resolve("Annotations/x" + i + ".xml"), "<annotation/>");
    }
    Cli.Run run = convert("--from", "voc", voc);
    assertThat(run.err().lines()).hasSize(6);
    assertThat(run.err()).endsWith("yolo4j: and 3 more: missing image\n".formatted());
    assertThat(run.lines()).contains("issues: 8 missing image");
  }

  @Test
  void convert_wrongUse_isRefused() throws IOException {
    Files.createDirectory(out);
    Path mine = Files.writeString(out.resolve("mine"), "mine");
    convert("--from", "voc", voc)
        .fails(ExitCode.FAILED, out + ": the folder is not empty; name another one");
    convert("--from", "voc", voc, "--force").succeeds();
    assertThat(mine).exists();
    convert("--from", "yolo", voc).fails(ExitCode.USAGE, "'--from'");
    convert("--from", "voc", voc, "--corners", "left")
        .fails(ExitCode.USAGE, "--corners must be as-written or inclusive, got left");
    convert("--from", "voc", voc, "--names", "cat,cat")
        .fails(ExitCode.USAGE, "--names: class names must differ, got [cat, cat]");
    convert("--from", "voc", folder.resolve("no"))
        .fails(ExitCode.FAILED, folder.resolve("no") + ": the folder of ");
    convert(voc).fails(ExitCode.USAGE, "'--from=FORMAT'");
    Cli.run("data").fails(ExitCode.USAGE, "a command is missing");
  }
}
