package io.yolo4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  @TempDir Path folder = Path.of("");

  @Test
  void scan_coco128_has128PicturesAnd929Labels() throws IOException {
    DatasetConfig config = DatasetConfig.read(Shared.path("data/coco128/coco128.yaml"));
    Dataset dataset = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
    assertThat(dataset.samples()).hasSize(128);
    assertThat(dataset.labels()).isEqualTo(929);
    assertThat(dataset.classNames()).hasSize(80);
    assertThat(dataset.issues()).isEmpty();
    assertThat(dataset.summary()).endsWith("(val): 128 pictures, 2 of them background, 929 labels");
  }

  @Test
  void scan_flaws_areReportedAndTheRestStays() throws IOException {
    picture("a.png", 20, 12, "0 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2\n");
    picture("b.png", 20, 9, "");
    picture("c.png", 20, 20, "");
    Files.delete(folder.resolve("labels/c.txt"));
    Path broken = folder.resolve("images/d.png");
    Files.writeString(broken, "no picture");
    Files.writeString(folder.resolve("labels/d.txt"), "");
    Dataset dataset = scan(ScanOptions.defaults());
    assertThat(dataset.samples()).hasSize(1);
    assertThat(dataset.samples().get(0).labels()).hasSize(1);
    assertThat(dataset.issues().stream().map(DataIssue::kind))
        .containsExactly(
            DataIssue.Kind.UNKNOWN_CLASS,
            DataIssue.Kind.SMALL_IMAGE,
            DataIssue.Kind.MISSING_LABELS,
            DataIssue.Kind.UNREADABLE_IMAGE);
    assertThat(dataset.issues().get(1))
        .hasToString(
            folder.resolve("images/b.png") + ": sides must be at least 10 pixels, got 20x9");
    assertThat(dataset.summary())
        .endsWith(
            "1 pictures, 0 of them background, 1 labels; 1 UNREADABLE_IMAGE, 1 SMALL_IMAGE,"
                + " 1 MISSING_LABELS, 1 UNKNOWN_CLASS");
    Dataset background =
        scan(ScanOptions.defaults().withMissingLabels(ScanOptions.MissingLabels.BACKGROUND));
    assertThat(background.samples()).hasSize(2);
  }

  @Test
  void scan_truncatedPicture_isFoundWhenDecoding() throws IOException {
    picture("a.png", 40, 40, "");
    picture("b.png", 40, 40, "");
    Path file = folder.resolve("images/b.png");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 6));
    assertThat(scan(ScanOptions.defaults()).samples()).hasSize(2);
    Dataset decoded = scan(ScanOptions.defaults().withDecodeImages(true));
    assertThat(decoded.samples()).hasSize(1);
    assertThat(decoded.issues().get(0).message()).contains("the file is cut off");
  }

  @Test
  void scan_nothingUsable_throws() throws IOException {
    picture("a.png", 5, 5, "");
    assertThatThrownBy(() -> scan(ScanOptions.defaults()))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            folder.resolve("data.yaml")
                + ": key 'val': none of its 1 pictures can be used; the first problem: "
                + folder.resolve("images/a.png")
                + ": sides must be at least 10 pixels, got 5x5");
  }

  @Test
  void scan_noLabelFileAtAll_namesTheFolder() throws IOException {
    picture("a.png", 20, 20, "");
    picture("b.png", 20, 20, "");
    Path labels = folder.resolve("labels");
    Files.delete(labels.resolve("a.txt"));
    Files.delete(labels.resolve("b.txt"));
    ScanOptions background =
        ScanOptions.defaults().withMissingLabels(ScanOptions.MissingLabels.BACKGROUND);
    String place = folder.resolve("data.yaml") + ": key 'val': " + labels;
    assertThatThrownBy(() -> scan(ScanOptions.defaults()))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            place
                + ": the folder holds no label file, so none of the 2 pictures has labels; the first would be "
                + labels.resolve("a.txt"));
    // A folder of labels that is there and empty is a statement.
    assertThat(scan(background).samples()).hasSize(2);
    Files.delete(labels);
    for (ScanOptions options : List.of(ScanOptions.defaults(), background)) {
      assertThatThrownBy(() -> scan(options))
          .hasMessage(
              place
                  + ": there is no such folder of labels, so none of the 2 pictures has labels; the first would be "
                  + labels.resolve("a.txt"));
    }
  }

  @Test
  void inspect_nothingUsable_returnsAllIssues() throws IOException {
    picture("a.png", 5, 5, "");
    picture("b.png", 6, 5, "");
    Path file = Files.writeString(folder.resolve("data.yaml"), "val: images\nnames: [a]\n");
    Dataset dataset =
        Dataset.inspect(
            DatasetConfig.read(file), Split.VAL, ScanOptions.defaults(), ScanCache.none());
    assertThat(dataset.samples()).isEmpty();
    assertThat(dataset.issues()).hasSize(2);
  }

  @Test
  void scan_labelsThatAreNoText_areReported() throws IOException {
    picture("a.png", 20, 20, "");
    picture("b.png", 20, 20, "");
    Files.write(folder.resolve("labels/a.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    Dataset dataset = scan(ScanOptions.defaults());
    assertThat(dataset.samples()).hasSize(1);
    assertThat(dataset.issues().get(0))
        .hasToString(folder.resolve("labels/a.txt") + ": the file is no text (UTF-8)");
  }

  @Test
  void labelCounts_perClass_alsoThoseWithoutLabels() throws IOException {
    picture("a.png", 20, 20, "1 0.5 0.5 0.2 0.2\n1 0.3 0.3 0.2 0.2\n");
    picture("b.png", 20, 20, "1 0.5 0.5 0.2 0.2\n");
    assertThat(scan(ScanOptions.defaults()).labelCounts()).containsExactly(0, 3);
  }

  @Test
  void withSingleClass_allIdsAreZeroAndEqualLabelsStayOnce() throws IOException {
    picture(
        "a.png",
        20,
        20,
        "1 0.5 0.5 0.2 0.2\n0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n");
    Dataset dataset = scan(ScanOptions.defaults());
    Dataset single = dataset.withSingleClass();
    assertThat(single.classNames()).containsExactly("object");
    assertThat(single.labelCounts()).containsExactly(2);
    assertThat(single.samples().get(0).labels().get(1).polygon()).isNotNull();
    assertThat(single.name()).isEqualTo(dataset.name());
    assertThat(dataset.labels()).isEqualTo(3);
  }

  private Dataset scan(ScanOptions options) throws IOException {
    Path file = Files.writeString(folder.resolve("data.yaml"), "val: images\nnames: [cat, dog]\n");
    return Dataset.scan(DatasetConfig.read(file), Split.VAL, options);
  }

  private void picture(String name, int width, int height, String labels) throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("labels"));
    ImageWriter.write(Pictures.plain(width, height, 0x808080), folder.resolve("images/" + name));
    Files.writeString(folder.resolve("labels/" + name.replace(".png", ".txt")), labels);
  }
}
