package io.yolo4j.data.split;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Sample;
import io.yolo4j.data.quality.Fingerprints;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pictures of one part in groups that must stay together, without those that another part has
 * too: what is learnt from them must not be what is measured on.
 *
 * @param groups pictures that count as the same, in the part's order; single ones on their own
 * @param overlaps pictures of the part that count as the same as one of another part
 * @param issues pictures of any part that could not be decoded; they are left out
 */
public record SampleGroups(
    List<List<Sample>> groups, List<Overlap> overlaps, List<DataIssue> issues) {
  /** Copies the lists. */
  public SampleGroups {
    groups = groups.stream().map(List::copyOf).toList();
    overlaps = List.copyOf(overlaps);
    issues = List.copyOf(issues);
  }

  /**
   * A picture that another part has too.
   *
   * @param sample the picture
   * @param other that of the other part; the same file, or one that looks the same
   */
  public record Overlap(Sample sample, Path other) {}

  /**
   * Decodes all pictures and groups those of one part.
   *
   * @param others what the groups must not overlap with, usually validation and test
   * @param duplicates which pictures count as the same; the same file always does
   * @param progress told of each decoded picture, from any thread
   */
  public static SampleGroups of(
      Dataset part, List<Dataset> others, Duplicates duplicates, PictureProgress progress) {
    Map<Path, Sample> samples = new LinkedHashMap<>();
    part.samples().forEach(sample -> samples.put(sample.image(), sample));
    Set<Path> elsewhere = new LinkedHashSet<>();
    others.forEach(other -> other.samples().forEach(sample -> elsewhere.add(sample.image())));
    Set<Path> all = new LinkedHashSet<>(samples.keySet());
    all.addAll(elsewhere);
    Fingerprints prints = Fingerprints.of(all, progress);
    prints.issues().forEach(issue -> samples.remove(issue.file()));
    List<List<Sample>> groups = new ArrayList<>();
    List<Overlap> overlaps = new ArrayList<>();
    for (List<Path> group : groups(prints, all, duplicates)) {
      List<Sample> own = group.stream().filter(samples::containsKey).map(samples::get).toList();
      group.stream()
          .filter(elsewhere::contains)
          .findFirst()
          .ifPresentOrElse(
              other -> own.forEach(sample -> overlaps.add(overlap(sample, other, elsewhere))),
              () -> groups.add(own));
    }
    groups.removeIf(List::isEmpty);
    return new SampleGroups(groups, overlaps, prints.issues());
  }

  private static Overlap overlap(Sample sample, Path other, Set<Path> elsewhere) {
    return new Overlap(sample, elsewhere.contains(sample.image()) ? sample.image() : other);
  }

  private static List<List<Path>> groups(
      Fingerprints prints, Set<Path> all, Duplicates duplicates) {
    if (duplicates != Duplicates.IGNORE) {
      return prints.groups(duplicates == Duplicates.NEAR);
    }
    Set<Path> unread = new LinkedHashSet<>();
    prints.issues().forEach(issue -> unread.add(issue.file()));
    return all.stream().filter(path -> !unread.contains(path)).map(List::of).toList();
  }
}
