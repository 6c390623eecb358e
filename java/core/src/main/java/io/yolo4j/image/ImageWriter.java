package io.yolo4j.image;

import io.yolo4j.files.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.ImageOutputStream;

/**
 * Writes pictures as files. A reader never sees half a file: it is moved to its name at the end.
 */
public final class ImageWriter {
  private static final float JPEG_QUALITY = 0.95f;

  private ImageWriter() {}

  /**
   * Writes a PNG or JPEG file, as the name's suffix says (.png, .jpg, .jpeg); an existing file is
   * replaced.
   *
   * @throws IllegalArgumentException if the suffix is another one
   * @throws IOException if the file cannot be written; a previous file is left as it was
   */
  public static void write(Image picture, Path file) throws IOException {
    String format = format(file);
    AtomicFile.write(
        file, channel -> encode(picture, format, JPEG_QUALITY, Channels.newOutputStream(channel)));
  }

  /**
   * Returns a picture as a JPEG file's bytes.
   *
   * @param quality 0 smallest to 1 best
   */
  public static byte[] jpeg(Image picture, float quality) {
    if (!(quality >= 0 && quality <= 1)) {
      throw new IllegalArgumentException("a JPEG quality must lie in 0 to 1, got " + quality);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      encode(picture, "jpeg", quality, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a picture of " + picture.size() + " is no JPEG", e);
    }
    return bytes.toByteArray();
  }

  private static String format(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      return "png";
    }
    if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
      return "jpeg";
    }
    throw new IllegalArgumentException(
        "a picture's file name must end in .png, .jpg or .jpeg, got " + file);
  }

  private static void encode(Image picture, String format, float quality, OutputStream out)
      throws IOException {
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
      }
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture.toBufferedImage(), null, null), parameters);
    } finally {
      writer.dispose();
    }
  }
}
