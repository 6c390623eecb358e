package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.testing.Shared;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecodersTest {
  @TempDir Path folder = Path.of("");

  @Test
  void preferred_openCvOnTheClassPath_isOpenCv() {
    assertThat(ImageDecoders.preferred().describe()).startsWith("OpenCV ");
    assertThat(ImageDecoders.preferred()).isSameAs(ImageDecoders.preferred());
    assertThat(ImageDecoders.imageIo().describe()).isEqualTo("Java ImageIO");
    assertThat(System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void decode_exifOrientation_bothDecodersAgree(int orientation) throws IOException {
    byte[] file = withExif(jpeg(corners()), orientation, orientation % 2 == 0);
    Path path = Files.write(folder.resolve("exif.jpg"), file);
    // Where the stored red (upper left) and green (upper right) corners belong, Exif table.
    List<String> expected =
        switch (orientation) {
          case 1 -> List.of("upper left", "upper right");
          case 2 -> List.of("upper right", "upper left");
          case 3 -> List.of("lower right", "lower left");
          case 4 -> List.of("lower left", "lower right");
          case 5 -> List.of("upper left", "lower left");
          case 6 -> List.of("upper right", "lower right");
          case 7 -> List.of("lower right", "upper right");
          default -> List.of("lower left", "upper left");
        };
    for (ImageDecoder decoder : both()) {
      Image picture = decoder.decode(file, "exif.jpg");
      assertThat(picture.size())
          .isEqualTo(orientation > 4 ? new ImageSize(32, 48) : new ImageSize(48, 32));
      assertThat(ImageHeaders.size(path)).contains(picture.size());
      assertThat(corner(picture, 0)).as(decoder.describe()).isEqualTo(expected.get(0));
      assertThat(corner(picture, 1)).as(decoder.describe()).isEqualTo(expected.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void decode_losslessFormats_areExact(String format) throws IOException {
    Image picture = Pictures.random(13, 7, 3);
    byte[] file = encoded(picture.toBufferedImage(), format);
    Path path = Files.write(folder.resolve("a." + format), file);
    for (ImageDecoder decoder : both()) {
      assertThat(decoder.read(path).rgb()).as(decoder.describe()).isEqualTo(picture.rgb());
    }
    assertThat(ImageHeaders.size(path))
        .isEqualTo(format.equals("tiff") ? Optional.empty() : Optional.of(new ImageSize(13, 7)));
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 101})
  void size_webp_isRead(int quality) throws IOException {
    // Qualities over 100 are lossless, another kind of chunk.
    ImageDecoders.openCv();
    try (Mat picture = new Mat(37, 53, opencv_core.CV_8UC3, new Scalar(1, 2, 3, 0));
        BytePointer bytes = new BytePointer()) {
      IntPointer parameters = new IntPointer(opencv_imgcodecs.IMWRITE_WEBP_QUALITY, quality);
      assertThat(opencv_imgcodecs.imencode(".webp", picture, bytes, parameters)).isTrue();
      byte[] file = new byte[(int) bytes.limit()];
      bytes.get(file);
      Path path = Files.write(folder.resolve("a.webp"), file);
      assertThat(ImageHeaders.size(path)).contains(new ImageSize(53, 37));
      assertThat(ImageDecoders.openCv().read(path).size()).isEqualTo(new ImageSize(53, 37));
    }
  }

  @Test
  void decode_gif_isReadByImageIo() throws IOException {
    Path path =
        Files.write(
            folder.resolve("a.gif"),
            encoded(Pictures.plain(9, 5, 0xff0000).toBufferedImage(), "gif"));
    assertThat(ImageHeaders.size(path)).contains(new ImageSize(9, 5));
    assertThat(ImageDecoders.imageIo().read(path).value(8, 4, 0)).isEqualTo(255);
  }

  @Test
  void decode_cmyk_isRefusedByImageIoAndReadByOpenCv() throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 24, 16, 4, new Point());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(raster, null, null), null);
    } finally {
      writer.dispose();
    }
    byte[] file = out.toByteArray();
    assertThatThrownBy(() -> ImageDecoders.imageIo().decode(file, "cmyk.jpg"))
        .isInstanceOf(ImageReadException.class)
        .hasMessage(
            "cannot read picture cmyk.jpg: a JPEG file with 4 components (CMYK); ImageIO reads"
                + " grey and colour only, OpenCV also this one");
    assertThat(ImageDecoders.openCv().decode(file, "cmyk.jpg").size())
        .isEqualTo(new ImageSize(24, 16));
  }

  @Test
  void decode_grey_repeatsTheValue() throws IOException {
    BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      grey.getRaster().setSample(i % 16, i / 16, 0, i);
    }
    byte[] png = encoded(grey, "png");
    byte[] jpeg = encoded(grey, "jpeg");
    for (ImageDecoder decoder : both()) {
      Image picture = decoder.decode(png, "grey.png");
      assertThat(picture.value(13, 7, 0)).as(decoder.describe()).isEqualTo(7 * 16 + 13);
      assertThat(picture.value(13, 7, 2)).isEqualTo(7 * 16 + 13);
      assertThat(decoder.decode(jpeg, "grey.jpg").value(13, 7, 1)).isBetween(115, 135);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg", "png"})
  void decode_truncated_throws(String format) throws IOException {
    byte[] whole = encoded(Pictures.random(40, 40, 5).toBufferedImage(), format);
    for (int length : new int[] {whole.length - 1, whole.length / 2, 30}) {
      byte[] cut = Arrays.copyOf(whole, length);
      for (ImageDecoder decoder : both()) {
        assertThatThrownBy(() -> decoder.decode(cut, "cut"))
            .isInstanceOf(ImageReadException.class)
            .hasMessage(
                "cannot read picture cut: the file is cut off after "
                    + length
                    + " bytes (no end marker)");
      }
    }
  }

  @Test
  void decode_truncatedBehindAThumbnail_throws() throws IOException {
    // The header holds an end marker of its own, as an embedded preview does.
    byte[] file = withSegment(jpeg(corners()), new byte[] {0, 1, (byte) 0xff, (byte) 0xd9, 2, 3});
    assertThat(ImageDecoders.imageIo().decode(file, "whole").width()).isEqualTo(48);
    byte[] cut = Arrays.copyOf(file, file.length - 20);
    assertThatThrownBy(() -> ImageDecoders.imageIo().decode(cut, "cut"))
        .hasMessageContaining("the file is cut off");
  }

  @Test
  void decode_bytesBehindTheEnd_areIgnored() throws IOException {
    byte[] file = jpeg(corners());
    for (ImageDecoder decoder : both()) {
      assertThat(decoder.decode(Arrays.copyOf(file, file.length + 100), "padded").width())
          .isEqualTo(48);
    }
  }

  @Test
  void decode_noPicture_throws() {
    for (ImageDecoder decoder : both()) {
      assertThatThrownBy(
              () -> decoder.decode("hello, world".getBytes(StandardCharsets.UTF_8), "a.jpg"))
          .isInstanceOf(ImageReadException.class)
          .hasMessageMatching(
              "cannot read picture a.jpg: \\w+ knows no picture format in these 12 bytes");
      assertThatThrownBy(() -> decoder.decode(new byte[0], "a.jpg"))
          .hasMessage("cannot read picture a.jpg: the file is empty");
    }
  }

  @Test
  void read_missingFile_throws() {
    Path missing = folder.resolve("missing.jpg");
    for (ImageDecoder decoder : both()) {
      assertThatThrownBy(() -> decoder.read(missing))
          .isInstanceOf(ImageReadException.class)
          .hasMessageStartingWith("cannot read picture " + missing + ": the file cannot be opened");
    }
    assertThatThrownBy(() -> ImageHeaders.size(missing)).isInstanceOf(ImageReadException.class);
  }

  @Test
  void size_damagedHeader_throws() throws IOException {
    Path file =
        Files.write(
            folder.resolve("a.png"),
            Arrays.copyOf(encoded(Pictures.plain(9, 9, 0).toBufferedImage(), "png"), 20));
    assertThatThrownBy(() -> ImageHeaders.size(file))
        .hasMessage("cannot read picture " + file + ": its header is damaged");
  }

  @Test
  void read_realPictures_decodersAgree() throws IOException {
    Path bus = Shared.path("data/images/bus.jpg");
    Image fast = ImageDecoders.openCv().read(bus);
    Image plain = ImageDecoders.imageIo().read(bus);
    assertThat(fast.size()).isEqualTo(new ImageSize(810, 1080));
    assertThat(ImageHeaders.size(bus)).contains(fast.size());
    // The libraries smooth the colour channels differently.
    long sum = 0;
    for (int i = 0; i < fast.rgb().length; i++) {
      sum += Math.abs((fast.rgb()[i] & 0xff) - (plain.rgb()[i] & 0xff));
    }
    assertThat((double) sum / fast.rgb().length).isLessThan(2);
  }

  private static List<ImageDecoder> both() {
    return Stream.of(ImageDecoders.openCv(), ImageDecoders.imageIo()).toList();
  }

  /* Red upper left, green upper right, the rest blue and black. */
  private static Image corners() {
    byte[] rgb = new byte[48 * 32 * 3];
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 48; x++) {
        int channel = y < 16 ? (x < 24 ? 0 : 1) : (x < 24 ? 2 : -1);
        if (channel >= 0) {
          rgb[(y * 48 + x) * 3 + channel] = (byte) 220;
        }
      }
    }
    return Image.wrap(rgb, 48, 32);
  }

  private static String corner(Image picture, int channel) {
    String found = "";
    for (int corner = 0; corner < 4; corner++) {
      int x = corner % 2 == 0 ? 4 : picture.width() - 5;
      int y = corner < 2 ? 4 : picture.height() - 5;
      boolean bright = picture.value(x, y, channel) > 150;
      if (bright) {
        found += (corner < 2 ? "upper" : "lower") + (corner % 2 == 0 ? " left" : " right");
      }
    }
    return found;
  }

  private static byte[] jpeg(Image picture) throws IOException {
    return encoded(picture.toBufferedImage(), "jpeg");
  }

  private static byte[] encoded(BufferedImage picture, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(picture, format, out)).isTrue();
    return out.toByteArray();
  }

  /* Puts an APP1 segment with one TIFF directory behind the start of the file. */
  private static byte[] withExif(byte[] jpeg, int orientation, boolean bigEndian) {
    byte o = (byte) orientation;
    byte[] body =
        bigEndian
            ? new byte[] {
              'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0,
              1, 0, o, 0, 0, 0, 0, 0, 0
            }
            : new byte[] {
              'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0,
              0, o, 0, 0, 0, 0, 0, 0, 0
            };
    return withSegment(jpeg, body);
  }

  private static byte[] withSegment(byte[] jpeg, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.write(0xff);
    out.write(0xe1);
    out.write((body.length + 2) >> 8);
    out.write(body.length + 2);
    out.writeBytes(body);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }
}
