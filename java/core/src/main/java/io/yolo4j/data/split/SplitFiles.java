package io.yolo4j.data.split;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.DatasetFile;
import io.yolo4j.data.Label;
import io.yolo4j.data.Split;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a {@link SplitPlan}: a list file a part, {@code manifest.json} and {@code data.yaml}. */
public final class SplitFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final String MANIFEST = "manifest.json";
  private static final String DATA = "data.yaml";

  private SplitFiles() {}

  /**
   * Checks that a folder can take the files, before the work of dividing.
   *
   * @param force allow a folder that is not empty; its other files stay
   * @throws DatasetException if it is not empty, no folder, or holds the data set file to divide
   */
  public static void check(Path folder, DatasetConfig config, boolean force) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new DatasetException(folder + ": must be a folder, is a file");
    }
    if (!Files.isDirectory(folder)) {
      return;
    }
    if (!force) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new DatasetException(
              folder + ": the folder is not empty; name another one, or overwrite by force");
        }
      }
    }
    for (Path read : (Iterable<Path>) read(config)::iterator) {
      if (Files.exists(read) && Files.isSameFile(folder, read.toAbsolutePath().getParent())) {
        throw new DatasetException(
            "%s: must be another folder than that of %s, which is read".formatted(folder, read));
      }
    }
  }

  /** The data set file and its list files. */
  private static Stream<Path> read(DatasetConfig config) {
    return Stream.concat(
        Stream.of(config.file()),
        config.sources().values().stream().flatMap(List::stream).filter(Files::isRegularFile));
  }

  /**
   * Writes the files. Pictures and labels stay where they are; those below the folder or beside it
   * are named relative to it, so that all can be moved together.
   *
   * @return the data set file
   * @throws IOException if something cannot be written
   */
  public static Path write(SplitPlan plan, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path base = folder.toAbsolutePath().normalize();
    Map<Split, String> sources = new EnumMap<>(Split.class);
    for (Map.Entry<Split, List<SplitPlan.Entry>> part : plan.parts().entrySet()) {
      String list = part.getKey().key() + ".txt";
      String lines =
          part.getValue().stream()
              .map(entry -> name(base, entry.sample().image()) + "\n")
              .collect(Collectors.joining());
      AtomicFile.write(folder.resolve(list), lines);
      sources.put(part.getKey(), list);
    }
    AtomicFile.write(folder.resolve(MANIFEST), manifest(plan, base));
    Path file = folder.resolve(DATA);
    DatasetFile.write(file, sources, plan.classNames());
    return file;
  }

  private static String name(Path base, Path image) {
    Path beside = base.getParent();
    if (beside == null || !image.startsWith(beside)) {
      return image.toString();
    }
    return "./" + base.relativize(image).toString().replace('\\', '/');
  }

  private static String manifest(SplitPlan plan, Path base) {
    SplitOptions options = plan.options();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("seed", options.seed());
    json.put("val_share", options.val());
    json.put("test_share", options.test());
    json.put("duplicates", options.duplicates().name().toLowerCase(Locale.ROOT));
    json.put("hash", "SHA-256 of width, height (32 bits each, big endian) and RGB bytes");
    json.put("names", plan.classNames());
    json.put("files", plan.entries().stream().map(entry -> entry(entry, base)).toList());
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is not JSON", e);
    }
  }

  private static Map<String, Object> entry(SplitPlan.Entry entry, Path base) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", name(base, entry.sample().image()));
    json.put("split", entry.split().key());
    json.put(
        "classes",
        entry.sample().labels().stream().map(Label::classId).distinct().sorted().toList());
    json.put("hash", entry.pixels());
    if (entry.repeats()) {
      json.put("same_as", name(base, entry.group()));
    }
    return json;
  }
}
