package io.yolo4j.data.split;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.quality.Fingerprints;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A data set divided into parts. The same pictures, labels, options and seed give the same plan,
 * wherever the data set lies.
 *
 * @param options how it was divided
 * @param classNames the classes by id
 * @param entries all usable pictures, sorted by path
 * @param issues pictures and rows that were left out
 */
public record SplitPlan(
    SplitOptions options, List<String> classNames, List<Entry> entries, List<DataIssue> issues) {
  /** Copies the lists. */
  public SplitPlan {
    classNames = List.copyOf(classNames);
    entries = List.copyOf(entries);
    issues = List.copyOf(issues);
  }

  /**
   * A picture and its part.
   *
   * @param sample the picture with its labels
   * @param split its part
   * @param pixels the SHA-256 of its pixels
   * @param group the first picture of those that had to stay together; itself where it is alone
   */
  public record Entry(Sample sample, Split split, String pixels, Path group) {
    /** Returns whether another picture decided over its part. */
    public boolean repeats() {
      return !group.equals(sample.image());
    }
  }

  /**
   * Reads all parts of a data set and divides their pictures anew.
   *
   * @param scan what becomes of flaws
   * @param progress told of each decoded picture, from any thread
   * @throws DatasetException if a part cannot be read, or there are fewer pictures than parts
   */
  public static SplitPlan of(
      DatasetConfig config,
      ScanOptions scan,
      ScanCache cache,
      SplitOptions options,
      PictureProgress progress)
      throws DatasetException {
    Dataset joined = JoinedParts.of(config, List.of(Split.values()), scan, cache);
    Set<DataIssue> issues = new LinkedHashSet<>(joined.issues());
    Map<Path, Sample> byPath = new LinkedHashMap<>();
    joined.samples().forEach(sample -> byPath.put(sample.image(), sample));
    Fingerprints prints = Fingerprints.of(byPath.keySet(), progress);
    issues.addAll(prints.issues());
    prints.issues().forEach(issue -> byPath.remove(issue.file()));
    Map<Split, Double> shares = shares(options);
    if (byPath.size() < shares.size()) {
      throw new DatasetException(
          "%s: a data set for %d parts must have at least as many usable pictures, has %d"
              .formatted(config.file(), shares.size(), byPath.size()));
    }
    return new SplitPlan(
        options, config.names(), entries(config, byPath, prints, options), List.copyOf(issues));
  }

  private static Map<Split, Double> shares(SplitOptions options) {
    Map<Split, Double> shares = new EnumMap<>(Split.class);
    shares.put(Split.TRAIN, 1 - options.val() - options.test());
    shares.put(Split.VAL, options.val());
    shares.put(Split.TEST, options.test());
    shares.values().removeIf(share -> share == 0);
    return shares;
  }

  private static List<Entry> entries(
      DatasetConfig config, Map<Path, Sample> samples, Fingerprints prints, SplitOptions options) {
    List<List<Path>> groups =
        options.duplicates() == Duplicates.IGNORE
            ? samples.keySet().stream().map(List::of).toList()
            : prints.groups(options.duplicates() == Duplicates.NEAR);
    List<List<Sample>> grouped =
        groups.stream().map(group -> group.stream().map(samples::get).toList()).toList();
    Map<Split, Double> shares = shares(options);
    List<Split> names = List.copyOf(shares.keySet());
    List<Integer> parts =
        Stratification.of(grouped, config.classes(), List.copyOf(shares.values()), options.seed());
    Map<String, Entry> entries = new TreeMap<>();
    for (int i = 0; i < groups.size(); i++) {
      for (Sample sample : grouped.get(i)) {
        Path image = sample.image();
        entries.put(
            image.toString(),
            new Entry(
                sample, names.get(parts.get(i)), prints.of(image).pixels(), groups.get(i).get(0)));
      }
    }
    return List.copyOf(entries.values());
  }

  /** Returns the parts that have pictures, in the order of {@link Split}, with their pictures. */
  public Map<Split, List<Entry>> parts() {
    Map<Split, List<Entry>> parts = new EnumMap<>(Split.class);
    entries.forEach(
        entry -> parts.computeIfAbsent(entry.split(), k -> new ArrayList<>()).add(entry));
    return parts;
  }
}
