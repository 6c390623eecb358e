package io.yolo4j.data.convert;

import io.yolo4j.data.DatasetException;
import io.yolo4j.data.PictureSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds pictures by what other files call them: a path below a folder, or a name alone, with or
 * without suffix.
 */
final class PictureIndex {
  private final Map<String, Path> pictures = new TreeMap<>();
  private final Map<String, List<String>> byPath = new HashMap<>();
  private final Map<String, List<String>> byName = new HashMap<>();

  private PictureIndex() {}

  /** Returns the index of a folder and all folders below it. */
  static PictureIndex of(Path folder) throws DatasetException {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(folder + ": the folder of pictures does not exist");
    }
    PictureIndex index = new PictureIndex();
    for (Path picture : PictureSource.list(folder.toString())) {
      index.add(normalized(folder.relativize(picture).toString()), picture);
    }
    return index;
  }

  /** Returns the index of pictures under given names. */
  static PictureIndex of(Collection<AnnotatedImage> images) {
    PictureIndex index = new PictureIndex();
    images.forEach(image -> index.add(image.name(), image.image()));
    return index;
  }

  private void add(String name, Path picture) {
    pictures.put(name, picture);
    String last = name.substring(name.lastIndexOf('/') + 1);
    put(byPath, name, name);
    put(byPath, withoutSuffix(name), name);
    put(byName, last, name);
    put(byName, withoutSuffix(last), name);
  }

  private static void put(Map<String, List<String>> map, String key, String name) {
    map.computeIfAbsent(key, k -> new ArrayList<>(1)).add(name);
  }

  /** Returns the names of all pictures, sorted. */
  Collection<String> names() {
    return pictures.keySet();
  }

  /** Returns the file of a picture that {@link #find} named. */
  Path picture(String name) {
    Path picture = pictures.get(name);
    if (picture == null) {
      throw new IllegalArgumentException("there is no picture of the name " + name);
    }
    return picture;
  }

  /**
   * Returns the names of the pictures that a text can mean: none, one, or several that it does not
   * tell apart. A whole path goes before a name alone, a name as it stands before one with another
   * suffix.
   */
  List<String> find(String text) {
    String path = normalized(text.strip());
    List<String> found = findExactly(path);
    return found.isEmpty() ? findExactly(withoutSuffix(path)) : found;
  }

  private List<String> findExactly(String path) {
    List<String> found = byPath.getOrDefault(path, List.of());
    String name = path.substring(path.lastIndexOf('/') + 1);
    return found.isEmpty() ? byName.getOrDefault(name, List.of()) : found;
  }

  private static String normalized(String text) {
    String path = text.replace('\\', '/');
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    return path;
  }

  /** Returns the name without its suffix, where that is one of pictures. */
  static String withoutSuffix(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') + 1 && PictureSource.isPicture(name)
        ? name.substring(0, dot)
        : name;
  }
}
