package io.yolo4j.image;

import java.nio.charset.StandardCharsets;

/** The file formats that are told apart by their first bytes. */
enum ImageFormat {
  JPEG,
  PNG,
  BMP,
  GIF,
  WEBP,
  OTHER;

  static ImageFormat of(byte[] file) {
    if (startsWith(file, 0, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (startsWith(file, 0, "\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (startsWith(file, 0, "BM")) {
      return BMP;
    }
    if (startsWith(file, 0, "GIF8")) {
      return GIF;
    }
    if (startsWith(file, 0, "RIFF") && startsWith(file, 8, "WEBP")) {
      return WEBP;
    }
    return OTHER;
  }

  static boolean startsWith(byte[] file, int at, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    if (at < 0 || file.length < at + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (file[at + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
