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
import io.yolo4j.data.split.SplitOptions.Duplicates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Training and validation pictures of a data set divided into folds for cross-validation: each fold
 * is measured on by a network that learnt from all others. Every class has the same share in each
 * fold; pictures that count as the same are in one. The same pictures, labels and options give the
 * same plan, wherever the data set lies.
 *
 * @param options how they were divided
 * @param classNames the classes by id
 * @param entries all usable pictures of training and validation, sorted by path
 * @param test the last test's pictures, which stay as they are
 * @param overlaps training and validation pictures that are left out, as the last test has them
 * @param issues pictures and rows that were left out
 */
public record FoldPlan(
    Options options,
    List<String> classNames,
    List<Entry> entries,
    List<Sample> test,
    List<SampleGroups.Overlap> overlaps,
    List<DataIssue> issues) {
  /** Copies the lists. */
  public FoldPlan {
    classNames = List.copyOf(classNames);
    entries = List.copyOf(entries);
    test = List.copyOf(test);
    overlaps = List.copyOf(overlaps);
    issues = List.copyOf(issues);
  }

  /**
   * How pictures are divided into folds.
   *
   * @param folds how many, at least 2
   * @param duplicates which pictures must stay in one fold
   * @param seed another seed gives another division of the same quality
   */
  public record Options(int folds, Duplicates duplicates, long seed) {
    /** Checks the values. */
    public Options {
      if (folds < 2) {
        throw new IllegalArgumentException("there must be at least 2 folds, got " + folds);
      }
    }
  }

  /**
   * A picture and its fold.
   *
   * @param sample the picture with its labels
   * @param fold where it is measured on, from 0
   * @param group the first picture of those that had to stay together; itself where it is alone
   */
  public record Entry(Sample sample, int fold, Path group) {}

  /**
   * Reads a data set and divides its pictures.
   *
   * @param scan what becomes of flaws
   * @param progress told of each decoded picture, from any thread
   * @throws DatasetException if a part cannot be read, there is neither training nor validation, or
   *     there are fewer groups of pictures than folds
   */
  public static FoldPlan of(
      DatasetConfig config,
      ScanOptions scan,
      ScanCache cache,
      Options options,
      PictureProgress progress)
      throws DatasetException {
    Dataset learnt = JoinedParts.of(config, List.of(Split.TRAIN, Split.VAL), scan, cache);
    Dataset test = JoinedParts.of(config, List.of(Split.TEST), scan, cache);
    SampleGroups found = SampleGroups.of(learnt, List.of(test), options.duplicates(), progress);
    List<List<Sample>> groups = found.groups();
    if (groups.size() < options.folds()) {
      throw new DatasetException(
          "%s: %d folds need at least as many different pictures in 'train' and 'val', there are %d"
              .formatted(config.file(), options.folds(), groups.size()));
    }
    List<Double> shares = Collections.nCopies(options.folds(), 1.0 / options.folds());
    List<Integer> folds = Stratification.of(groups, config.classes(), shares, options.seed());
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      for (Sample sample : groups.get(i)) {
        entries.add(new Entry(sample, folds.get(i), groups.get(i).get(0).image()));
      }
    }
    entries.sort(Comparator.comparing(entry -> entry.sample().image().toString()));
    Set<DataIssue> issues = new LinkedHashSet<>(learnt.issues());
    issues.addAll(test.issues());
    issues.addAll(found.issues());
    Set<Path> unread = new LinkedHashSet<>();
    found.issues().forEach(issue -> unread.add(issue.file()));
    return new FoldPlan(
        options,
        config.names(),
        entries,
        test.samples().stream().filter(sample -> !unread.contains(sample.image())).toList(),
        found.overlaps(),
        List.copyOf(issues));
  }

  /** Returns the pictures that are measured on in a fold. */
  public List<Sample> validation(int fold) {
    return entries.stream().filter(entry -> entry.fold() == fold).map(Entry::sample).toList();
  }

  /** Returns the pictures that are learnt from where a fold is measured on: all other folds'. */
  public List<Sample> training(int fold) {
    return entries.stream().filter(entry -> entry.fold() != fold).map(Entry::sample).toList();
  }
}
