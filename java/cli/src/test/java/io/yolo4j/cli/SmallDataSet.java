package io.yolo4j.cli;

import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with pictures and labels that a test writes. */
record SmallDataSet(Path folder) {
  /** Writes a picture of noise and its labels. */
  Path picture(String name, long seed, String labels) throws IOException {
    Path file = folder.resolve("images").resolve(name + ".png");
    Path text = folder.resolve("labels").resolve(name + ".txt");
    Files.createDirectories(file.getParent());
    Files.createDirectories(text.getParent());
    ImageWriter.write(Pictures.random(40, 20, seed), file);
    Files.writeString(text, labels);
    return file;
  }

  Path labels(String name) {
    return folder.resolve("labels").resolve(name + ".txt");
  }

  /** Writes the data set file with these lines and two classes. */
  Path yaml(String lines) throws IOException {
    return Files.writeString(folder.resolve("data.yaml"), lines + "\nnames: [cat, dog]\n");
  }
}
