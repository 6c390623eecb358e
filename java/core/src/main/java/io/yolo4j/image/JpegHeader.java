package io.yolo4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What the segments in front of a JPEG file's pixels tell: size, components, EXIF orientation
 * (ITU-T T.81 annex B; Exif 2.32, section 4.5.4 and tag 0x0112).
 *
 * @param width stored width in pixels, before the orientation is applied
 * @param height stored height in pixels
 * @param components 1 grey, 3 colour, 4 CMYK
 * @param orientation 1 to 8, 1 when the file has none
 */
record JpegHeader(int width, int height, int components, int orientation) {
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int APP1 = 0xe1;

  /* Returns null where the bytes end before the frame header, or the file is no proper JPEG. */
  static @Nullable JpegHeader parse(byte[] file) {
    int orientation = 1;
    for (int at = nextMarker(file, 2); at >= 0; at = nextMarker(file, segmentEnd(file, at))) {
      int marker = file[at] & 0xff;
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE || at + 3 > file.length) {
        return null;
      }
      if (marker == APP1 && orientation == 1) {
        orientation = exifOrientation(file, at + 3, Math.min(segmentEnd(file, at), file.length));
      }
      if (isFrame(marker)) {
        return at + 9 > file.length ? null : frame(file, at, orientation);
      }
    }
    return null;
  }

  /* Index of the first entropy-coded byte, -1 where there is none. */
  static int scanStart(byte[] file) {
    for (int at = nextMarker(file, 2); at >= 0; at = nextMarker(file, segmentEnd(file, at))) {
      if ((file[at] & 0xff) == START_OF_SCAN) {
        return segmentEnd(file, at);
      }
    }
    return -1;
  }

  private static @Nullable JpegHeader frame(byte[] file, int at, int orientation) {
    int height = unsignedShort(file, at + 4);
    int width = unsignedShort(file, at + 6);
    return width == 0 || height == 0
        ? null
        : new JpegHeader(width, height, file[at + 8] & 0xff, orientation);
  }

  /* SOF0 to SOF15, without DHT (c4), JPG (c8) and DAC (cc), which share the range. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /*
   * Index of the byte behind the next 0xff, -1 at the end. Fill bytes (0xff) are allowed there, and
   * decoders also skip stray bytes between segments.
   */
  private static int nextMarker(byte[] file, int from) {
    for (int at = from; at + 1 < file.length; at++) {
      int code = file[at + 1] & 0xff;
      if ((file[at] & 0xff) == 0xff && code != 0xff && code != 0) {
        return at + 1;
      }
    }
    return -1;
  }

  private static int segmentEnd(byte[] file, int marker) {
    if (marker + 2 >= file.length) {
      return file.length;
    }
    return marker + 1 + Math.max(unsignedShort(file, marker + 1), 2);
  }

  private static int unsignedShort(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }

  private static int exifOrientation(byte[] file, int from, int to) {
    if (to - from < 14 || !ImageFormat.startsWith(file, from, "Exif\0\0")) {
      return 1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(file, from + 6, to - from - 6).slice();
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (tiff.getShort(2) != 42 || directory < 8 || directory > tiff.limit() - 2) {
      return 1;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if (entry + 12 > tiff.limit()) {
        return 1;
      }
      if ((tiff.getShort(entry) & 0xffff) == 0x0112) {
        int value = tiff.getShort(entry + 8) & 0xffff;
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }
}
