package io.yolo4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the size of a picture from the first bytes of its file. */
public final class ImageHeaders {
  private static final int FIRST_BYTES = 64 * 1024;

  private ImageHeaders() {}

  /**
   * Returns the size as a decoder would give it, the EXIF orientation of JPEG files applied; empty
   * where only decoding tells it (TIFF and other formats).
   *
   * @throws ImageReadException if the file cannot be opened or its header is damaged
   */
  public static Optional<ImageSize> size(Path file) throws ImageReadException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(FIRST_BYTES);
      if (start.length == 0) {
        throw new ImageReadException(file.toString(), "the file is empty");
      }
      Optional<ImageSize> size = size(start);
      if (size.isEmpty() && ImageFormat.of(start) == ImageFormat.JPEG) {
        // Colour profiles and previews may push the frame header far back.
        size = size(concat(start, in.readAllBytes()));
      }
      if (size.isEmpty() && ImageFormat.of(start) != ImageFormat.OTHER) {
        throw new ImageReadException(file.toString(), "its header is damaged");
      }
      return size;
    } catch (ImageReadException e) {
      throw e;
    } catch (IOException e) {
      throw new ImageReadException(file.toString(), "the file cannot be opened (" + e + ")", e);
    }
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static Optional<ImageSize> size(byte[] start) {
    ByteBuffer big = ByteBuffer.wrap(start);
    ByteBuffer little = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    return switch (ImageFormat.of(start)) {
      case JPEG -> jpeg(start);
      case PNG -> start.length < 24 ? Optional.empty() : checked(big.getInt(16), big.getInt(20));
      case BMP -> start.length < 26 ? Optional.empty() : bmp(little);
      case GIF ->
          start.length < 10
              ? Optional.empty()
              : checked(little.getShort(6) & 0xffff, little.getShort(8) & 0xffff);
      case WEBP -> start.length < 30 ? Optional.empty() : webp(start, little);
      case OTHER -> Optional.empty();
    };
  }

  private static Optional<ImageSize> jpeg(byte[] start) {
    JpegHeader header = JpegHeader.parse(start);
    return header == null
        ? Optional.empty()
        : Optional.of(
            Orientation.upright(
                new ImageSize(header.width(), header.height()), header.orientation()));
  }

  /* The old header of 12 bytes has short sides; negative heights mean rows from the top. */
  private static Optional<ImageSize> bmp(ByteBuffer little) {
    return little.getInt(14) == 12
        ? checked(little.getShort(18) & 0xffff, little.getShort(20) & 0xffff)
        : checked(little.getInt(18), Math.abs(little.getInt(22)));
  }

  /* The three kinds of first chunk: extended, lossless, lossy (RFC 9649). */
  private static Optional<ImageSize> webp(byte[] start, ByteBuffer little) {
    if (ImageFormat.startsWith(start, 12, "VP8X")) {
      return checked((little.getInt(24) & 0xffffff) + 1, (little.getInt(26) >>> 8 & 0xffffff) + 1);
    }
    if (ImageFormat.startsWith(start, 12, "VP8L")) {
      int bits = little.getInt(21);
      return checked((bits & 0x3fff) + 1, (bits >>> 14 & 0x3fff) + 1);
    }
    return checked(little.getShort(26) & 0x3fff, little.getShort(28) & 0x3fff);
  }

  private static Optional<ImageSize> checked(int width, int height) {
    return width < 1 || height < 1 ? Optional.empty() : Optional.of(new ImageSize(width, height));
  }
}
