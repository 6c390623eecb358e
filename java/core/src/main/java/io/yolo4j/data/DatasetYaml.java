package io.yolo4j.data;

import io.yolo4j.files.YamlProblem;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads data set files; every error names the file and the key. */
final class DatasetYaml {
  private final Path file;
  private final Path folder;

  DatasetYaml(Path file) {
    this.file = file;
    Path parent = file.toAbsolutePath().normalize().getParent();
    folder = parent == null ? file.toAbsolutePath() : parent;
  }

  DatasetConfig read() throws DatasetException {
    Map<?, ?> keys = load();
    Object path = keys.get("path");
    Path root = folder;
    if (path != null) {
      root = folder.resolve(path(path, "path")).normalize();
    }
    Map<Split, List<Path>> sources = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      Object value = keys.get(split.key());
      if (value != null) {
        sources.put(split, entries(value, split.key(), root));
      }
    }
    if (sources.isEmpty()) {
      throw error("needs at least one of the keys 'train', 'val' and 'test'");
    }
    return new DatasetConfig(file, root, sources, names(keys));
  }

  private Map<?, ?> load() throws DatasetException {
    if (Files.isDirectory(file)) {
      throw error("must be a YAML file, is a folder");
    }
    if (!Files.exists(file)) {
      throw error("there is no such file");
    }
    LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
    try (Reader reader = Files.newBufferedReader(file)) {
      Object document = new Load(settings).loadFromReader(reader);
      if (document instanceof Map<?, ?> map) {
        return map;
      }
      throw error("must hold keys and values");
    } catch (YamlEngineException e) {
      throw new DatasetException(file + ": no valid YAML: " + YamlProblem.text(e), e);
    } catch (DatasetException e) {
      throw e;
    } catch (IOException e) {
      throw new DatasetException(file + ": the data set file cannot be read (" + e + ")", e);
    }
  }

  private List<Path> entries(Object value, String key, Path root) throws DatasetException {
    List<?> values = value instanceof List<?> list ? list : List.of(value);
    List<Path> entries = new ArrayList<>();
    for (Object entry : values) {
      entries.add(root.resolve(path(entry, key)).normalize());
    }
    return entries;
  }

  private Path path(@Nullable Object value, String key) throws DatasetException {
    if (!(value instanceof String text) || text.isBlank()) {
      throw error("key '%s' must be a path, got %s".formatted(key, value));
    }
    try {
      return Path.of(text.strip());
    } catch (InvalidPathException e) {
      throw new DatasetException("%s: key '%s' is no path: %s".formatted(file, key, text), e);
    }
  }

  private List<String> names(Map<?, ?> keys) throws DatasetException {
    Object count = keys.get("nc");
    if (count != null && (!(count instanceof Integer number) || number < 1)) {
      throw error("key 'nc' must be a number of at least 1, got %s".formatted(count));
    }
    Object value = keys.get("names");
    List<String> names;
    if (value instanceof List<?> list) {
      names = list.stream().map(String::valueOf).toList();
    } else if (value instanceof Map<?, ?> map) {
      names = indexed(map);
    } else if (value == null && count instanceof Integer number) {
      names = numbered(number);
    } else if (value == null) {
      throw error("key 'names' is missing; it must be a list or a map from index to name");
    } else {
      throw error(
          "key 'names' must be a list or a map from index to name, got %s".formatted(value));
    }
    if (count instanceof Integer number && number != names.size()) {
      throw error("key 'nc' is %d, but key 'names' has %d entries".formatted(number, names.size()));
    }
    if (names.isEmpty()) {
      throw error("key 'names' must have at least one entry");
    }
    return names;
  }

  private List<String> indexed(Map<?, ?> map) throws DatasetException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < map.size(); i++) {
      Object name = map.get(i);
      if (name == null) {
        throw error(
            "key 'names' must have the indices 0 to %d, got %s"
                .formatted(map.size() - 1, map.keySet()));
      }
      names.add(name.toString());
    }
    return names;
  }

  private static List<String> numbered(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("class" + i);
    }
    return names;
  }

  private DatasetException error(String what) {
    return new DatasetException(file + ": " + what);
  }
}
