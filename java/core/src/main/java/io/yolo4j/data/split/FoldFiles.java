package io.yolo4j.data.split;

import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.files.AtomicFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a {@link FoldPlan}: a data set in lists a fold, and {@code manifest.json}. */
public final class FoldFiles {
  private FoldFiles() {}

  /**
   * Writes folders {@code fold1}, {@code fold2} and so on. Pictures and labels stay where they are.
   *
   * @param folder must be new or empty; all of it is there afterwards, or nothing
   * @return the data set files, by fold
   * @throws IOException if something cannot be written
   */
  public static List<Path> write(FoldPlan plan, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    AtomicFolder.write(
        folder,
        temporary -> {
          PictureLists all = PictureLists.in(temporary);
          for (int fold = 0; fold < plan.options().folds(); fold++) {
            String name = "fold" + (fold + 1);
            Files.createDirectory(temporary.resolve(name));
            all.below(name).write(parts(plan, fold), plan.classNames());
            files.add(folder.resolve(name).resolve(PictureLists.DATA));
          }
          Manifest.write(temporary, manifest(plan, all));
        });
    return List.copyOf(files);
  }

  private static Map<Split, List<Path>> parts(FoldPlan plan, int fold) {
    Map<Split, List<Path>> parts = new EnumMap<>(Split.class);
    parts.put(Split.TRAIN, images(plan.training(fold)));
    parts.put(Split.VAL, images(plan.validation(fold)));
    if (!plan.test().isEmpty()) {
      parts.put(Split.TEST, images(plan.test()));
    }
    return parts;
  }

  private static List<Path> images(List<Sample> samples) {
    return samples.stream().map(Sample::image).toList();
  }

  private static Map<String, Object> manifest(FoldPlan plan, PictureLists lists) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", Manifest.VERSION);
    json.put("seed", plan.options().seed());
    json.put("folds", plan.options().folds());
    json.put("duplicates", plan.options().duplicates().name().toLowerCase(Locale.ROOT));
    json.put("names", plan.classNames());
    json.put("files", plan.entries().stream().map(entry -> entry(entry, lists)).toList());
    json.put(
        "left_out",
        plan.overlaps().stream()
            .map(
                overlap ->
                    Map.of(
                        "file", lists.name(overlap.sample().image()),
                        "same_as", lists.name(overlap.other())))
            .toList());
    return json;
  }

  private static Map<String, Object> entry(FoldPlan.Entry entry, PictureLists lists) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", lists.name(entry.sample().image()));
    json.put("fold", entry.fold() + 1);
    if (!entry.group().equals(entry.sample().image())) {
      json.put("same_as", lists.name(entry.group()));
    }
    return json;
  }
}
