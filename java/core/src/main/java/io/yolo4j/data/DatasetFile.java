package io.yolo4j.data;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Writes data set files that {@link DatasetConfig#read} and other readers of the format take. */
public final class DatasetFile {
  private DatasetFile() {}

  /**
   * Writes a data set file, atomically.
   *
   * @param sources per part a folder or list file, relative to the data set file's own folder
   * @param names the classes' names by id
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Map<Split, String> sources, List<String> names)
      throws IOException {
    if (sources.isEmpty() || names.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: a data set file needs at least one part and one class, got %s and %s"
              .formatted(file, sources.keySet(), names));
    }
    StringBuilder text = new StringBuilder("# Paths are relative to the folder of this file.\n");
    text.append("path: .\n");
    new EnumMap<>(sources)
        .forEach(
            (split, source) ->
                text.append(split.key()).append(": ").append(quoted(source)).append('\n'));
    text.append("nc: ").append(names.size()).append("\nnames:\n");
    for (int i = 0; i < names.size(); i++) {
      text.append("  ").append(i).append(": ").append(quoted(names.get(i))).append('\n');
    }
    AtomicFile.write(file, text.toString());
  }

  /* YAML's double quotes are JSON's; unquoted, names such as "no" or "1" would change their type. */
  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
