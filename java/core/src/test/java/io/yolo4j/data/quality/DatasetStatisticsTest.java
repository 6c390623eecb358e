package io.yolo4j.data.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetStatisticsTest {
  private static final Dataset DATASET =
      new Dataset(
          "test",
          List.of("cat", "dog", "cow"),
          List.of(
              sample(400, 200, label(0, .5, .5), label(1, .1, .4), label(1, .2, .2)),
              sample(100, 200, label(1, 1, 1)),
              sample(100, 100)),
          List.of());

  private static Sample sample(int width, int height, Label... labels) {
    return new Sample(Path.of("a.png"), new ImageSize(width, height), List.of(labels));
  }

  private static Label label(int id, double width, double height) {
    return new Label(id, new NormalizedBox(.5, .5, width, height));
  }

  @Test
  void of_dataset_countsPicturesAndBoxes() {
    DatasetStatistics statistics = DatasetStatistics.of(DATASET, 320);
    assertThat(statistics.images()).isEqualTo(3);
    assertThat(statistics.background()).isEqualTo(1);
    assertThat(statistics.imageSizes()).isEqualTo(3);
    assertThat(statistics.imageWidth().mean()).isEqualTo(200);
    assertThat(statistics.imageHeight().median()).isEqualTo(200);
    assertThat(statistics.all().boxes()).isEqualTo(4);
    assertThat(statistics.all().images()).isEqualTo(2);
    assertThat(statistics.all().perImage().greatest()).isEqualTo(3);
    assertThat(statistics.classes().stream().map(BoxStatistics::name))
        .containsExactly("cat", "dog", "cow");
    assertThat(statistics.classes().stream().map(BoxStatistics::boxes)).containsExactly(1, 3, 0);
    assertThat(statistics.classes().stream().map(BoxStatistics::images)).containsExactly(1, 2, 0);
  }

  @Test
  void of_boxes_areMeasuredInTheFittedPicture() {
    BoxStatistics cat = DatasetStatistics.of(DATASET, 320).classes().get(0);
    assertThat(cat.width().mean()).isEqualTo(.5);
    assertThat(cat.pixelWidth().mean()).isCloseTo(160, within(1e-9));
    assertThat(cat.pixelHeight().mean()).isCloseTo(80, within(1e-9));
    assertThat(cat.aspect().mean()).isCloseTo(2, within(1e-9));
    BoxStatistics dog = DatasetStatistics.of(DATASET, 320).classes().get(1);
    // 32, 64 and 160 wide: the picture of 100x200 becomes 160x320.
    assertThat(dog.pixelWidth().least()).isCloseTo(32, within(1e-9));
    assertThat(dog.pixelWidth().median()).isCloseTo(64, within(1e-9));
    assertThat(dog.pixelWidth().greatest()).isCloseTo(160, within(1e-9));
    assertThat(dog.perImage().mean()).isEqualTo(1.5);
    assertThat(DatasetStatistics.of(DATASET, 320).classes().get(2).width().count()).isZero();
  }

  @Test
  void of_imageSizeZero_isRefused() {
    assertThatThrownBy(() -> DatasetStatistics.of(DATASET, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the image size must be at least 1, got 0");
  }
}
