package io.yolo4j.data.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.quality.SuspiciousLabel.Kind;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspiciousLabelTest {
  private static final ImageSize SIZE = new ImageSize(200, 100);

  private static Label box(int id, double x1, double y1, double x2, double y2) {
    return new Label(id, NormalizedBox.ofCorners(x1 / 200, y1 / 100, x2 / 200, y2 / 100));
  }

  private static List<SuspiciousLabel> find(int imageSize, Label... labels) {
    Sample sample = new Sample(Path.of("a.png"), SIZE, List.of(labels));
    return SuspiciousLabel.of(
        new Dataset("", List.of("cat", "100%"), List.of(sample), List.of()), imageSize);
  }

  private static void assertOne(List<SuspiciousLabel> found, Kind kind, String text) {
    assertThat(found).hasSize(1);
    assertThat(found.get(0).kind()).isEqualTo(kind);
    assertThat(found.get(0)).hasToString(text);
  }

  @Test
  void of_ordinaryLabels_findsNothing() {
    assertThat(
            find(
                200,
                box(0, 0, 0, 50, 100),
                box(0, 10, 0, 60, 100),
                box(1, 100, 10, 150, 30),
                box(0, 60, 0, 160, 5),
                box(0, -.4, 20, 20, 40)))
        .isEmpty();
  }

  @Test
  void of_boxesThatLeaveThePicture() {
    assertOne(
        find(200, box(0, 190, 10, 202, 40)),
        Kind.OUTSIDE,
        "a.png: label 1: leaves the picture by 2.0 pixels");
    assertOne(
        find(200, box(0, 10, -3, 50, 40)),
        Kind.OUTSIDE,
        "a.png: label 1: leaves the picture by 3.0 pixels");
  }

  @Test
  void of_tinyBoxes_dependOnTheImageSize() {
    Label small = box(0, 10, 10, 14, 20);
    assertThat(find(200, small)).isEmpty();
    assertOne(find(100, small), Kind.TINY, "a.png: label 1: a side of 2.0 pixels at 100");
  }

  @Test
  void of_boxOfAllOfThePicture() {
    assertOne(
        find(200, box(0, 0, 1, 199, 100)),
        Kind.WHOLE_PICTURE,
        "a.png: label 1: covers 99 % of the picture");
  }

  @Test
  void of_extremeShapes() {
    assertOne(
        find(200, box(0, 0, 10, 126, 16)),
        Kind.EXTREME_ASPECT,
        "a.png: label 1: 21 times longer than wide");
    assertThat(find(200, box(0, 0, 10, 119, 16))).isEmpty();
  }

  @Test
  void of_sameBoxes_ofOneOrTwoClasses() {
    assertOne(
        find(200, box(0, 10, 10, 60, 60), box(0, 11, 10, 60, 60)),
        Kind.REPEATED,
        "a.png: label 2: the box of label 1 at an IoU of 0.98");
    assertOne(
        find(200, box(1, 10, 10, 60, 60), box(0, 10, 10, 60, 60)),
        Kind.TWO_CLASSES,
        "a.png: label 2: the box of label 1, a '100%', at an IoU of 1.00");
  }

  @Test
  void histogram_countsRanges_andWhatLiesBeyond() {
    Histogram histogram =
        Histogram.of(
            java.util.stream.DoubleStream.of(-1, 0, .99, 1, 1.5, 2, 3, 7), List.of(0., 1., 2., 3.));
    assertThat(histogram.counts()).containsExactly(3, 2, 3);
  }
}
