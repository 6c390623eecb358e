package io.yolo4j.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A data set file: where the pictures of each part are, and the classes' names.
 *
 * @param file the file itself
 * @param root what relative entries start from: {@code path}, itself relative to the file's own
 *     folder; that folder where the file has no {@code path}
 * @param sources per part folders, list files or pictures, as absolute paths; parts may be missing
 * @param names the classes' names by id
 */
public record DatasetConfig(
    Path file, Path root, Map<Split, List<Path>> sources, List<String> names) {
  /** Checks the values and copies the collections. */
  public DatasetConfig {
    sources = Map.copyOf(sources);
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException(file + ": a data set needs at least one class");
    }
  }

  /**
   * Reads a data set file.
   *
   * @throws DatasetException if it cannot be read or a key is wrong or missing
   */
  public static DatasetConfig read(Path file) throws DatasetException {
    return new DatasetYaml(file).read();
  }

  /** Returns the number of classes. */
  public int classes() {
    return names.size();
  }

  /**
   * Returns the pictures of a part, sorted, each once. Folders are walked recursively; lines of
   * list files that start with {@code ./} are relative to the list's folder, other relative ones to
   * {@link #root}.
   *
   * @throws DatasetException if the part is missing, or holds no picture
   */
  public List<Path> images(Split split) throws DatasetException {
    List<Path> entries = sources.get(split);
    if (entries == null) {
      throw new DatasetException(
          "%s: key '%s' is missing; the file has %s"
              .formatted(
                  file, split.key(), sources.keySet().stream().map(Split::key).sorted().toList()));
    }
    return new ImageFiles(this, split).list(entries);
  }
}
