package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class DamagedFilesTest {
  @Property(tries = 150, seed = "20260101")
  void decode_changedBytes_givesAPictureOrTheOneException(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    String format = List.of("jpeg", "png", "bmp").get(random.nextInt(3));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(Pictures.random(24, 16, 1).toBufferedImage(), format, out);
    byte[] file = out.toByteArray();
    // Behind the sizes of PNG and BMP: what they say is allocated.
    for (int i = 0; i < 6; i++) {
      file[30 + random.nextInt(file.length - 30)] = (byte) random.nextInt();
    }
    for (ImageDecoder decoder : List.of(ImageDecoders.openCv(), ImageDecoders.imageIo())) {
      try {
        assertThat(decoder.decode(file, "damaged").rgb()).isNotEmpty();
      } catch (ImageReadException e) {
        assertThat(e).hasMessageStartingWith("cannot read picture damaged: ");
      }
    }
  }

  @Property(tries = 300)
  void size_anyJpegHeader_givesASizeOrTheOneException(
      @ForAll @Size(max = 60) byte[] bytes, @ForAll boolean exif) throws IOException {
    byte[] start =
        exif
            ? new byte[] {
              (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe1, 0, 40, 'E', 'x', 'i', 'f', 0, 0
            }
            : new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    Path file = Files.createTempFile("header", ".jpg");
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(start);
      out.writeBytes(bytes);
      Files.write(file, out.toByteArray());
      assertThat(ImageHeaders.size(file)).isPresent();
    } catch (ImageReadException e) {
      assertThat(e).hasMessageEndingWith(": its header is damaged");
    } finally {
      Files.delete(file);
    }
  }
}
