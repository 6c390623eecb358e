package io.yolo4j.image;

import java.nio.ByteBuffer;

/**
 * Tells cut-off files: libraries fill the missing part of a picture with grey or black and say
 * nothing.
 */
final class FileTail {
  private static final int PNG_IEND = 0x49454e44;

  private FileTail() {}

  static void check(byte[] encoded, String name) throws ImageReadException {
    if (encoded.length == 0) {
      throw new ImageReadException(name, "the file is empty");
    }
    boolean cut =
        switch (ImageFormat.of(encoded)) {
          case JPEG -> !jpegEnds(encoded);
          case PNG -> !pngEnds(encoded);
          case BMP, GIF, WEBP, OTHER -> false;
        };
    if (cut) {
      throw new ImageReadException(
          name, "the file is cut off after " + encoded.length + " bytes (no end marker)");
    }
  }

  /*
   * The last end-of-image marker must lie behind the start of the pixels: thumbnails in the header
   * have one too, and some cameras append data behind it. In the pixels 0xff is always escaped.
   */
  private static boolean jpegEnds(byte[] file) {
    int scan = JpegHeader.scanStart(file);
    if (scan < 0) {
      return false;
    }
    for (int i = file.length - 2; i >= scan; i--) {
      if ((file[i] & 0xff) == 0xff && (file[i + 1] & 0xff) == 0xd9) {
        return true;
      }
    }
    return false;
  }

  private static boolean pngEnds(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    long at = 8;
    while (at + 12 <= file.length) {
      int length = bytes.getInt((int) at);
      if (length < 0 || at + 12 + length > file.length) {
        return false;
      }
      if (bytes.getInt((int) at + 4) == PNG_IEND) {
        return true;
      }
      at += 12L + length;
    }
    return false;
  }
}
