package io.yolo4j.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Decoding by the Java platform; the EXIF orientation is applied here. */
final class ImageIoDecoder implements ImageDecoder {
  @Override
  public Image decode(byte[] encoded, String name) throws ImageReadException {
    FileTail.check(encoded, name);
    int orientation = 1;
    if (ImageFormat.of(encoded) == ImageFormat.JPEG) {
      JpegHeader header = JpegHeader.parse(encoded);
      if (header != null && header.components() > 3) {
        throw new ImageReadException(
            name,
            "a JPEG file with "
                + header.components()
                + " components (CMYK); ImageIO reads grey and colour only, OpenCV also this one");
      }
      orientation = header == null ? 1 : header.orientation();
    }
    BufferedImage picture = readPicture(encoded, name);
    if (picture == null) {
      throw new ImageReadException(
          name, "ImageIO knows no picture format in these " + encoded.length + " bytes");
    }
    return Orientation.upright(Image.of(picture), orientation);
  }

  private static @Nullable BufferedImage readPicture(byte[] encoded, String name)
      throws ImageReadException {
    try {
      return ImageIO.read(new ByteArrayInputStream(encoded));
    } catch (IOException | RuntimeException e) {
      // Readers of damaged files also throw unchecked exceptions.
      throw new ImageReadException(name, "ImageIO failed: " + e.getMessage(), e);
    }
  }

  @Override
  public String describe() {
    return "Java ImageIO";
  }
}
