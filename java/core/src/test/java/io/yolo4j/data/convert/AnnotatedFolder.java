package io.yolo4j.data.convert;

import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of pictures and annotations that a test writes. */
record AnnotatedFolder(Path folder) {
  Path pictures() {
    return folder.resolve("images");
  }

  Path annotations() {
    return folder.resolve("annotations");
  }

  /** Writes a grey picture below the folder of pictures. */
  AnnotatedFolder picture(String name, int width, int height) {
    Path file = pictures().resolve(name);
    try {
      Files.createDirectories(file.getParent());
      ImageWriter.write(Pictures.plain(width, height, name.hashCode() & 0xffffff), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Writes a text below the folder of annotations. */
  Path file(String name, String text) {
    Path file = annotations().resolve(name);
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a VOC file with these objects. */
  Path voc(String name, String filename, String objects) {
    return file(
        name,
        """
        <annotation>
          <filename>%s</filename>
          <size><width>200</width><height>100</height><depth>3</depth></size>
          %s
        </annotation>
        """
            .formatted(filename, objects));
  }

  static String object(String name, String xmin, String ymin, String xmax, String ymax) {
    return "<object><name>%s</name><bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax><ymax>%s</ymax></bndbox></object>\n"
        .formatted(name, xmin, ymin, xmax, ymax);
  }
}
