package io.yolo4j.data.split;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.files.AtomicFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a {@link StratifiedSubset}: a list of files a part, and {@code manifest.json}. */
public final class SubsetFiles {
  private SubsetFiles() {}

  /**
   * Writes the subset in place of one part; others stay whole. Pictures and labels stay where they
   * are.
   *
   * @param parts all parts as they were read
   * @param chosen the part that the subset was chosen from
   * @param folder must be new or empty; all of it is there afterwards, or nothing
   * @return the data set file
   * @throws IOException if something cannot be written
   */
  public static Path write(
      Map<Split, Dataset> parts,
      Split chosen,
      StratifiedSubset subset,
      SubsetOptions options,
      Path folder)
      throws IOException {
    Map<Split, List<Path>> lists = new EnumMap<>(Split.class);
    parts.forEach((split, dataset) -> lists.put(split, images(dataset.samples())));
    lists.put(chosen, images(subset.samples()));
    List<String> names = parts.values().iterator().next().classNames();
    AtomicFolder.write(
        folder,
        temporary -> {
          PictureLists.in(temporary).write(lists, names);
          Manifest.write(temporary, manifest(chosen, subset, options, names));
        });
    return folder.resolve(PictureLists.DATA);
  }

  private static List<Path> images(List<Sample> samples) {
    return samples.stream().map(Sample::image).toList();
  }

  private static Map<String, Object> manifest(
      Split chosen, StratifiedSubset subset, SubsetOptions options, List<String> names) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", Manifest.VERSION);
    json.put("seed", options.seed());
    json.put("part", chosen.key());
    json.put(
        options.total() > 0 ? "total" : "per_class",
        options.total() > 0 ? options.total() : options.perClass());
    json.put("background", options.background());
    json.put("classes", options.classes());
    json.put("names", names);
    json.put("pictures", subset.samples().size());
    json.put("pictures_of_class", subset.shownOn());
    return json;
  }
}
