package io.yolo4j.image;

import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
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
    AtomicFile.write(file, channel -> encode(picture, format, Channels.newOutputStream(channel)));
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

  private static void encode(Image picture, String format, OutputStream out) throws IOException {
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
      }
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture.toBufferedImage(), null, null), parameters);
    } finally {
      writer.dispose();
    }
  }
}
