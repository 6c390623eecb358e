package io.yolo4j.data;

import io.yolo4j.image.ImageReadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The checked pictures and labels of one part of a data set. The user's files are only read.
 *
 * @param name what errors and reports call it
 * @param classNames the classes' names by id
 * @param samples the usable pictures, sorted by path
 * @param issues what is wrong with the others and with label rows, in the same order
 */
public record Dataset(
    String name, List<String> classNames, List<Sample> samples, List<DataIssue> issues) {
  /** Sides under this many pixels are refused. */
  public static final int LEAST_SIDE = 10;

  /** Copies the lists. */
  public Dataset {
    classNames = List.copyOf(classNames);
    samples = List.copyOf(samples);
    issues = List.copyOf(issues);
  }

  /**
   * Lists and checks one part without a cache; see {@link #scan(DatasetConfig, Split, ScanOptions,
   * ScanCache)}.
   */
  public static Dataset scan(DatasetConfig config, Split split, ScanOptions options)
      throws DatasetException {
    return scan(config, split, options, ScanCache.none());
  }

  /**
   * Lists and checks one part.
   *
   * @param cache what is known from earlier scans
   * @throws DatasetException if the part is missing, has no usable picture, or not one label file:
   *     a part of background alone is taken where it is asked for and the folder of labels exists
   */
  public static Dataset scan(
      DatasetConfig config, Split split, ScanOptions options, ScanCache cache)
      throws DatasetException {
    Dataset dataset = inspect(config, split, options, cache);
    if (dataset.samples().isEmpty()) {
      DataIssue first = dataset.issues().get(0);
      throw new DatasetException(
          "%s: key '%s': %s"
              .formatted(
                  config.file(),
                  split.key(),
                  dataset.issues().size() == 1 && first.kind() == DataIssue.Kind.MISSING_LABELS
                      ? first
                      : "none of its %d pictures can be used; the first problem: %s"
                          .formatted(config.images(split).size(), first)));
    }
    return dataset;
  }

  /**
   * Lists and checks one part, for reports: as {@link #scan}, but a part of which nothing can be
   * used is returned with its issues.
   *
   * @throws DatasetException if the part is missing, or there is no picture
   */
  public static Dataset inspect(
      DatasetConfig config, Split split, ScanOptions options, ScanCache cache)
      throws DatasetException {
    return new Scan(config, split, options, cache).run();
  }

  /**
   * Returns pictures without labels, for work that needs none; those whose headers can't be read
   * are issues.
   *
   * @param source as {@link PictureSource#list} takes it
   * @param classNames of the network that looks at them
   * @throws DatasetException if there is no picture, or none that can be read
   */
  public static Dataset ofPictures(String source, List<String> classNames) throws DatasetException {
    List<Sample> samples = new ArrayList<>();
    List<DataIssue> issues = new ArrayList<>();
    for (Path picture : PictureSource.list(source)) {
      try {
        samples.add(new Sample(picture, Scan.size(picture), List.of()));
      } catch (ImageReadException e) {
        String message = "cannot read picture: " + e.reason();
        issues.add(new DataIssue(DataIssue.Kind.UNREADABLE_IMAGE, picture, 0, message));
      }
    }
    if (samples.isEmpty()) {
      throw new DatasetException(
          "%s: none of %d pictures can be read; the first problem: %s"
              .formatted(source, issues.size(), issues.get(0)));
    }
    return new Dataset(source, classNames, samples, issues);
  }

  /**
   * Returns the same pictures with all labels in one class, {@code object}. Labels that are equal
   * then stay once.
   */
  public Dataset withSingleClass() {
    List<Sample> single = new ArrayList<>();
    for (Sample sample : samples) {
      Set<Label> labels = new LinkedHashSet<>();
      sample.labels().forEach(label -> labels.add(new Label(0, label.box(), label.polygon())));
      single.add(new Sample(sample.image(), sample.size(), List.copyOf(labels)));
    }
    return new Dataset(name, List.of("object"), single, issues);
  }

  /** Returns the number of labels of each class, by class id; for weights of rare classes. */
  public int[] labelCounts() {
    int[] counts = new int[classNames.size()];
    for (Sample sample : samples) {
      sample.labels().forEach(label -> counts[label.classId()]++);
    }
    return counts;
  }

  /** Returns the number of labels. */
  public int labels() {
    return samples.stream().mapToInt(s -> s.labels().size()).sum();
  }

  /** Returns how often each kind of issue was found; kinds that weren't are absent. */
  public Map<DataIssue.Kind, Integer> issueCounts() {
    Map<DataIssue.Kind, Integer> counts = new EnumMap<>(DataIssue.Kind.class);
    issues.forEach(issue -> counts.merge(issue.kind(), 1, Integer::sum));
    return counts;
  }

  /** Returns one line for people: pictures, background, labels, issues. */
  public String summary() {
    long background = samples.stream().filter(s -> s.labels().isEmpty()).count();
    String found =
        issueCounts().entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
    return "%s: %d pictures, %d of them background, %d labels%s"
        .formatted(name, samples.size(), background, labels(), found.isEmpty() ? "" : "; " + found);
  }
}
