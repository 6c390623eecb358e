package io.yolo4j.data;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Pictures;
import io.yolo4j.image.Resize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A data set that a test writes. */
public record SmallSet(Path folder) {
  /** Large structures, as photographs have them: other seeds look different. */
  public static Image blobs(long seed) {
    return Resize.to(Pictures.random(6, 6, seed), new ImageSize(64, 48), Interpolation.LINEAR);
  }

  /** A picture that looks the same and has other pixels. */
  public static Image darker(Image image) {
    byte[] rgb = image.rgb().clone();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) ((rgb[i] & 0xff) * 9 / 10);
    }
    return Image.wrap(rgb, image.width(), image.height());
  }

  /** Writes a picture, for example {@code train/a}, and its labels. */
  public Path picture(String name, Image image, String labels) throws IOException {
    Path file = folder.resolve("images").resolve(name + ".png");
    Path text = folder.resolve("labels").resolve(name + ".txt");
    Files.createDirectories(file.getParent());
    Files.createDirectories(text.getParent());
    ImageWriter.write(image, file);
    Files.writeString(text, labels);
    return file;
  }

  /** Writes the data set file with parts train and val. */
  public DatasetConfig config(String names) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("data.yaml"),
            "train: images/train\nval: images/val\nnames: [" + names + "]\n");
    return DatasetConfig.read(file);
  }
}
