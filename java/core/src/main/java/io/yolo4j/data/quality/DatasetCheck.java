package io.yolo4j.data.quality;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks all parts of a data set. The user's files are only read. */
public final class DatasetCheck {
  private final DatasetConfig config;
  private final Map<Split, Dataset> datasets = new EnumMap<>(Split.class);
  private final Map<Split, List<DataIssue>> issues = new EnumMap<>(Split.class);
  private final Map<Split, String> errors = new EnumMap<>(Split.class);
  private final Map<Split, Set<Path>> members = new EnumMap<>(Split.class);
  private final List<DataIssue> shared = new ArrayList<>();

  private DatasetCheck(DatasetConfig config) {
    this.config = config;
  }

  /**
   * Checks pictures and labels of each part.
   *
   * @param thorough decode all pictures, which finds those that are cut off, and compare their
   *     pixels; else read headers alone
   * @param progress told of each decoded picture, from any thread
   */
  public static CheckReport run(
      DatasetConfig config,
      ScanOptions options,
      ScanCache cache,
      boolean thorough,
      PictureProgress progress) {
    DatasetCheck check = new DatasetCheck(config);
    // What is decoded for the comparison need not be decoded here.
    ScanOptions scanned = options.withDecodeImages(options.decodeImages() && !thorough);
    for (Split split : Split.values()) {
      if (config.sources().containsKey(split)) {
        check.scan(split, scanned, cache);
      }
    }
    if (thorough) {
      check.compare(progress);
    }
    check.findSharedFiles();
    return check.report();
  }

  private void scan(Split split, ScanOptions options, ScanCache cache) {
    List<DataIssue> found = new ArrayList<>();
    issues.put(split, found);
    try {
      Dataset dataset = Dataset.inspect(config, split, options, cache);
      datasets.put(split, dataset);
      members.put(split, pictures(dataset));
      found.addAll(dataset.issues());
    } catch (DatasetException e) {
      errors.put(split, String.valueOf(e.getMessage()));
    }
  }

  private static Set<Path> pictures(Dataset dataset) {
    Set<Path> pictures = new LinkedHashSet<>();
    dataset.samples().stream().map(Sample::image).forEach(pictures::add);
    return pictures;
  }

  /* One sentence a pair of parts: whole folders may be named twice. */
  private void findSharedFiles() {
    List<Split> splits = List.copyOf(members.keySet());
    members.forEach(
        (split, pictures) ->
            splits.stream()
                .filter(later -> later.compareTo(split) > 0)
                .forEach(later -> compare(split, pictures, later)));
  }

  private void compare(Split split, Set<Path> pictures, Split later) {
    Set<Path> others = members.getOrDefault(later, Set.of());
    Set<Path> common = new LinkedHashSet<>(pictures);
    common.retainAll(others);
    if (!common.isEmpty()) {
      String message =
          "%d of the %d pictures of '%s' are in '%s' too, the first is %s"
              .formatted(
                  common.size(), others.size(), later.key(), split.key(), common.iterator().next());
      shared.add(new DataIssue(DataIssue.Kind.SHARED_IMAGE, config.file(), 0, message));
    }
  }

  private void compare(PictureProgress progress) {
    Set<Path> all = new LinkedHashSet<>();
    members.values().forEach(all::addAll);
    Fingerprints prints = Fingerprints.of(all, progress);
    prints.issues().forEach(this::leaveOut);
    for (List<Path> group : prints.groups(false)) {
      if (group.size() > 1) {
        report(group);
      }
    }
  }

  /** The header was good, the rest is not. */
  private void leaveOut(DataIssue unreadable) {
    for (Split split : parts(unreadable.file())) {
      members.getOrDefault(split, new LinkedHashSet<>()).remove(unreadable.file());
      issues.computeIfAbsent(split, k -> new ArrayList<>()).add(unreadable);
      datasets.computeIfPresent(
          split,
          (k, dataset) ->
              new Dataset(
                  dataset.name(),
                  dataset.classNames(),
                  dataset.samples().stream()
                      .filter(sample -> !sample.image().equals(unreadable.file()))
                      .toList(),
                  dataset.issues()));
    }
  }

  private void report(List<Path> group) {
    Path first = group.get(0);
    Set<Split> firstParts = parts(first);
    for (Path other : group.subList(1, group.size())) {
      Set<Split> parts = parts(other);
      Split part = parts.iterator().next();
      if (firstParts.contains(part)) {
        String message = "has the same pixels as " + first;
        DataIssue issue = new DataIssue(DataIssue.Kind.DUPLICATE_IMAGE, other, 0, message);
        issues.computeIfAbsent(part, k -> new ArrayList<>()).add(issue);
      } else {
        String message =
            "is in '%s' and has the same pixels as %s in '%s'"
                .formatted(part.key(), first, firstParts.iterator().next().key());
        shared.add(new DataIssue(DataIssue.Kind.SHARED_IMAGE, other, 0, message));
      }
    }
  }

  private Set<Split> parts(Path picture) {
    Set<Split> parts = new LinkedHashSet<>();
    members.forEach(
        (split, pictures) -> {
          if (pictures.contains(picture)) {
            parts.add(split);
          }
        });
    return parts;
  }

  private CheckReport report() {
    List<CheckReport.Part> parts = new ArrayList<>();
    issues.forEach(
        (split, found) ->
            parts.add(new CheckReport.Part(split, datasets.get(split), found, errors.get(split))));
    return new CheckReport(parts, shared);
  }
}
