package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawingTest {
  @TempDir Path folder = Path.of("");

  @Test
  void colour_eightyClasses_allDiffer() {
    Set<Integer> colours = new HashSet<>();
    for (int i = 0; i < 80; i++) {
      colours.add(Drawing.colour(i));
    }
    assertThat(colours).hasSize(80);
  }

  @Test
  void box_drawsTheClassColour_andLeavesTheSourceAlone() {
    Image source = Pictures.plain(200, 100, 0);
    Image drawn = new Drawing(source).box(new Box(20, 30, 120, 80), "", 3).image();
    int colour = Drawing.colour(3);
    assertThat(drawn.value(70, 30, 0)).isEqualTo(colour >> 16);
    assertThat(drawn.value(70, 30, 2)).isEqualTo(colour & 0xff);
    assertThat(drawn.value(70, 55, 0)).isZero();
    assertThat(source.value(70, 30, 0)).isZero();
  }

  @Test
  void box_atTheTop_labelGoesInside() {
    Image drawn =
        new Drawing(Pictures.plain(200, 100, 0))
            .box(new Box(20, 0, 120, 80), "dog 0.90", 0)
            .image();
    int red = Drawing.colour(0) >> 16;
    assertThat(drawn.value(21, 8, 0)).isEqualTo(red);
  }

  @Test
  void labelStart_keepsTheLabelInside() {
    assertThat(Drawing.labelStart(90, 30, 100)).isEqualTo(70);
    assertThat(Drawing.labelStart(-5, 30, 100)).isZero();
    assertThat(Drawing.labelStart(10, 130, 100)).isZero();
  }

  @Test
  void lineWidth_growsWithThePicture() {
    assertThat(new Drawing(Pictures.plain(64, 64, 0)).lineWidth()).isEqualTo(2);
    assertThat(new Drawing(Pictures.plain(2000, 1000, 0)).lineWidth()).isEqualTo(4);
  }

  @Test
  void write_pngAndJpeg_canBeReadAndLeaveNothingElse() throws IOException {
    Image picture = Pictures.plain(20, 10, 0x4080c0);
    ImageWriter.write(picture, folder.resolve("a.png"));
    ImageWriter.write(picture, folder.resolve("a.png"));
    ImageWriter.write(picture, folder.resolve("b.JPG"));
    assertThat(ImageDecoders.imageIo().read(folder.resolve("a.png")).rgb())
        .isEqualTo(picture.rgb());
    Image jpeg = ImageDecoders.imageIo().read(folder.resolve("b.JPG"));
    assertThat(Pictures.largestDifference(jpeg, picture)).isLessThanOrEqualTo(3);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("a.png", "b.JPG");
    }
  }

  @Test
  void write_otherSuffix_throws() {
    assertThatThrownBy(() -> ImageWriter.write(Pictures.plain(1, 1, 0), Path.of("a.webp")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a picture's file name must end in .png, .jpg or .jpeg, got a.webp");
  }

  @Test
  void jpeg_lessQuality_isSmallerAndCanBeRead() throws IOException {
    byte[] noise = new byte[64 * 64 * Image.CHANNELS];
    new Random(1).nextBytes(noise);
    Image picture = Image.wrap(noise, 64, 64);
    byte[] fine = ImageWriter.jpeg(picture, 0.9f);
    byte[] coarse = ImageWriter.jpeg(picture, 0.2f);
    assertThat(coarse.length).isLessThan(fine.length / 2);
    assertThat(ImageDecoders.imageIo().decode(coarse, "coarse").size()).isEqualTo(picture.size());
    assertThatThrownBy(() -> ImageWriter.jpeg(picture, 1.5f))
        .hasMessage("a JPEG quality must lie in 0 to 1, got 1.5");
  }
}
