package io.yolo4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the files of pictures. Both implementations honour the EXIF orientation of JPEG files and
 * refuse truncated files.
 *
 * <p>Threads: safe.
 *
 * @see ImageDecoders#preferred()
 */
public interface ImageDecoder {
  /**
   * Decodes a file that was read into memory.
   *
   * @param encoded the file's bytes; not changed
   * @param name what errors call it, usually its path
   * @throws ImageReadException if the bytes are no picture, cut off, or of a kind that this decoder
   *     does not know
   */
  Image decode(byte[] encoded, String name) throws ImageReadException;

  /**
   * Reads and decodes a file.
   *
   * @throws ImageReadException if the file cannot be read or decoded
   */
  default Image read(Path file) throws ImageReadException {
    byte[] encoded;
    try {
      encoded = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ImageReadException(file.toString(), "the file cannot be opened (" + e + ")", e);
    }
    return decode(encoded, file.toString());
  }

  /** Returns what decodes, for people. */
  String describe();
}
