package io.yolo4j.data.split;

import io.yolo4j.data.DatasetFile;
import io.yolo4j.data.Split;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A data set file with a list of pictures a part. Pictures and labels stay where they are; those
 * below a folder are named relative to the list, so that all can be moved together.
 */
final class PictureLists {
  /** Name of the data set file. */
  static final String DATA = "data.yaml";

  private final Path folder;
  private final Path together;

  private PictureLists(Path folder, Path together) {
    this.folder = folder;
    this.together = together;
  }

  /** Returns lists in a folder; pictures beside the folder are named relative to it. */
  static PictureLists in(Path folder) {
    Path base = folder.toAbsolutePath().normalize();
    Path parent = base.getParent();
    return new PictureLists(base, parent == null ? base : parent);
  }

  /** Returns lists in a folder below, with the same idea of what is moved together. */
  PictureLists below(String name) {
    return new PictureLists(folder.resolve(name), together);
  }

  /** Returns what a list calls a picture. */
  String name(Path image) {
    return image.startsWith(together)
        ? "./" + folder.relativize(image).toString().replace('\\', '/')
        : image.toString();
  }

  /**
   * Writes the files; the folder exists.
   *
   * @return the data set file
   */
  Path write(Map<Split, List<Path>> parts, List<String> classNames) throws IOException {
    Map<Split, String> sources = new EnumMap<>(Split.class);
    for (Map.Entry<Split, List<Path>> part : parts.entrySet()) {
      String list = part.getKey().key() + ".txt";
      String lines =
          part.getValue().stream().map(image -> name(image) + "\n").collect(Collectors.joining());
      AtomicFile.write(folder.resolve(list), lines);
      sources.put(part.getKey(), list);
    }
    Path file = folder.resolve(DATA);
    DatasetFile.write(file, sources, classNames);
    return file;
  }
}
