package io.yolo4j.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.train.TinyRun;
import io.yolo4j.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudyDataTest {
  @TempDir private Path folder = Path.of("");
  private TrainOptions options = Cells.options();

  @BeforeEach
  void setUp() throws IOException {
    options = TinyRun.in(folder).options("run").build();
  }

  private StudyData read(Optional<String> className) throws IOException {
    return StudyData.read(options, className, (done, total) -> {});
  }

  @Test
  void read_twinsOfValidationPictures_areLeftOut() throws Exception {
    // A little brighter, so that hardly a pixel is the same.
    byte[] rgb = ImageDecoders.preferred().read(folder.resolve("images/val/1.png")).rgb().clone();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.min(255, (rgb[i] & 0xff) + 2);
    }
    ImageWriter.write(Image.wrap(rgb, 64, 64), folder.resolve("images/train/twin.png"));
    Files.copy(folder.resolve("labels/val/1.txt"), folder.resolve("labels/train/twin.txt"));
    StudyData data = read(Optional.empty());
    assertThat(data.training().samples())
        .hasSize(TinyRun.PICTURES)
        .noneMatch(sample -> sample.image().endsWith("twin.png"));
    assertThat(data.notes())
        .contains(
            "1 training pictures look like validation pictures and are left out, the first is "
                + folder.resolve("images/train/twin.png"));
  }

  @Test
  void read_oneClass_keepsItsPicturesAndBoxes() throws IOException {
    StudyData data = read(Optional.of("blue"));
    assertThat(data.fileNames()).containsExactly("blue");
    assertThat(data.training().samples())
        .hasSizeBetween(1, TinyRun.PICTURES - 1)
        .allSatisfy(
            sample -> assertThat(sample.labels()).isNotEmpty().allMatch(l -> l.classId() == 0));
  }

  @Test
  void read_unknownClass_namesTheNearest() {
    assertThatThrownBy(() -> read(Optional.of("blu")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no class 'blu' in the data set; the nearest are blue, red");
  }

  @Test
  void read_classWithoutBoxes_isRefused_orSaid() throws IOException {
    String text = Files.readString(options.data());
    Files.writeString(
        options.data(), text.replace("nc: 2", "nc: 3").replace("blue]", "blue, green]"));
    assertThatThrownBy(() -> read(Optional.of("green")))
        .hasMessage(
            options.data() + " (train): the class 'green' must have at least one box, has none");
    assertThat(read(Optional.empty()).notes())
        .contains("warning: %s (train): the class 'green' has no box".formatted(options.data()));
  }

  @Test
  void read_everyPictureATwin_isRefused() throws IOException {
    String text = Files.readString(options.data());
    Files.writeString(options.data(), text.replace("train: images/train", "train: images/val"));
    assertThatThrownBy(() -> read(Optional.empty()))
        .hasMessageContaining("every training picture looks like one of the validation pictures");
  }

  @Test
  void read_oneClassAndAllAsOne_contradict() {
    options = options.with(builder -> builder.singleClass(true));
    assertThatThrownBy(() -> read(Optional.of("blue")))
        .hasMessage("the class 'blue' alone and all classes as one contradict each other");
  }
}
