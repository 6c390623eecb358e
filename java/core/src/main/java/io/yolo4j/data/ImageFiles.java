package io.yolo4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the pictures of one part of a data set. */
final class ImageFiles {
  private static final Set<String> SUFFIXES =
      Set.of("bmp", "dng", "jpeg", "jpg", "jpe", "jp2", "mpo", "png", "tif", "tiff", "webp");

  private final DatasetConfig config;
  private final Split split;

  ImageFiles(DatasetConfig config, Split split) {
    this.config = config;
    this.split = split;
  }

  List<Path> list(List<Path> entries) throws DatasetException {
    // Paths compare differently from platform to platform, texts do not.
    Set<String> found = new TreeSet<>();
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        walk(entry, found);
      } else if (isImage(entry.toString())) {
        found.add(entry.toString());
      } else {
        lines(entry, found);
      }
    }
    if (found.isEmpty()) {
      throw error("holds no pictures (" + suffixes() + ")", entries);
    }
    return found.stream().map(Path::of).toList();
  }

  private void walk(Path folder, Collection<String> found) throws DatasetException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files
          .filter(file -> isImage(file.toString()))
          .filter(Files::isRegularFile)
          .forEach(f -> found.add(f.toString()));
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException(where() + folder + " cannot be walked (" + e + ")", e);
    }
  }

  private void lines(Path list, Collection<String> found) throws DatasetException {
    if (!Files.isRegularFile(list)) {
      throw error("does not exist", List.of(list));
    }
    Path parent = list.getParent();
    Path folder = parent == null ? config.root() : parent;
    try {
      List<String> lines = Files.readAllLines(list);
      for (int i = 0; i < lines.size(); i++) {
        String text = lines.get(i).strip();
        if (!text.isEmpty()) {
          Path base = text.startsWith("./") ? folder : config.root();
          found.add(resolve(base, text, list + ":" + (i + 1)));
        }
      }
    } catch (DatasetException e) {
      throw e;
    } catch (IOException e) {
      throw new DatasetException(where() + "list " + list + " cannot be read (" + e + ")", e);
    }
  }

  private String resolve(Path base, String text, String place) throws DatasetException {
    try {
      return base.resolve(text).normalize().toString();
    } catch (InvalidPathException e) {
      throw new DatasetException(where() + place + " is no path: " + text, e);
    }
  }

  private DatasetException error(String what, List<Path> entries) {
    String paths = entries.size() == 1 ? entries.get(0).toString() : entries.toString();
    return new DatasetException(where() + paths + " " + what);
  }

  private String where() {
    return config.file() + ": key '" + split.key() + "': ";
  }

  /** Returns the suffixes of pictures, for messages. */
  static String suffixes() {
    return String.join(", ", new TreeSet<>(SUFFIXES));
  }

  static boolean isImage(String name) {
    return SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }
}
