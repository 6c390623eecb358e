package io.yolo4j.data.split;

import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Writes a {@link SplitPlan}: a list file a part, {@code manifest.json} and {@code data.yaml}. */
public final class SplitFiles {
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
    PictureLists lists = PictureLists.in(folder);
    Map<Split, List<Path>> parts = new EnumMap<>(Split.class);
    plan.parts()
        .forEach(
            (split, entries) ->
                parts.put(split, entries.stream().map(entry -> entry.sample().image()).toList()));
    Manifest.write(folder, manifest(plan, lists));
    lists.write(parts, plan.classNames());
    return folder.resolve(PictureLists.DATA);
  }

  private static Map<String, Object> manifest(SplitPlan plan, PictureLists lists) {
    SplitOptions options = plan.options();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", Manifest.VERSION);
    json.put("seed", options.seed());
    json.put("val_share", options.val());
    json.put("test_share", options.test());
    json.put("duplicates", options.duplicates().name().toLowerCase(Locale.ROOT));
    json.put("hash", Manifest.HASH);
    json.put("names", plan.classNames());
    json.put("files", plan.entries().stream().map(entry -> entry(entry, lists)).toList());
    return json;
  }

  private static Map<String, Object> entry(SplitPlan.Entry entry, PictureLists lists) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", lists.name(entry.sample().image()));
    json.put("split", entry.split().key());
    json.put(
        "classes",
        entry.sample().labels().stream().map(Label::classId).distinct().sorted().toList());
    json.put("hash", entry.pixels());
    if (entry.repeats()) {
      json.put("same_as", lists.name(entry.group()));
    }
    return json;
  }
}
