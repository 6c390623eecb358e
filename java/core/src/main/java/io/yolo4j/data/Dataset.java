package io.yolo4j.data;

import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageHeaders;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.image.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
   * Lists and checks one part.
   *
   * @throws DatasetException if the part is missing or has no usable picture
   */
  public static Dataset scan(DatasetConfig config, Split split, ScanOptions options)
      throws DatasetException {
    List<Path> images = config.images(split);
    Scan scan = new Scan(config.classes(), options);
    List<Scan.Found> found = images.parallelStream().map(scan::read).toList();
    List<Sample> samples = new ArrayList<>();
    List<DataIssue> issues = new ArrayList<>();
    for (Scan.Found one : found) {
      issues.addAll(one.issues());
      if (one.sample() != null) {
        samples.add(one.sample());
      }
    }
    if (samples.isEmpty()) {
      throw new DatasetException(
          "%s: key '%s': none of its %d pictures can be used; the first problem: %s"
              .formatted(config.file(), split.key(), images.size(), issues.get(0)));
    }
    return new Dataset(config.file() + " (" + split.key() + ")", config.names(), samples, issues);
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

  /** Reads one picture's header and labels after the other. */
  private record Scan(int classes, ScanOptions options) {
    record Found(@Nullable Sample sample, List<DataIssue> issues) {}

    Found read(Path image) {
      ImageSize size;
      try {
        size = size(image);
      } catch (ImageReadException e) {
        return issue(DataIssue.Kind.UNREADABLE_IMAGE, image, "cannot read picture: " + e.reason());
      }
      if (size.width() < LEAST_SIDE || size.height() < LEAST_SIDE) {
        return issue(
            DataIssue.Kind.SMALL_IMAGE,
            image,
            "sides must be at least %d pixels, got %s".formatted(LEAST_SIDE, size));
      }
      Path labels = LabelFile.of(image);
      if (!Files.exists(labels)) {
        return options.missingLabels() == ScanOptions.MissingLabels.BACKGROUND
            ? new Found(new Sample(image, size, List.of()), List.of())
            : issue(DataIssue.Kind.MISSING_LABELS, image, "there is no label file " + labels);
      }
      try {
        LabelFile file = LabelFile.read(labels, classes, options.badBoxes());
        return new Found(new Sample(image, size, file.labels()), file.issues());
      } catch (IOException e) {
        return issue(
            DataIssue.Kind.UNREADABLE_LABELS, labels, "the file cannot be read (" + e + ")");
      }
    }

    private ImageSize size(Path image) throws ImageReadException {
      Optional<ImageSize> size =
          options.decodeImages() ? Optional.empty() : ImageHeaders.size(image);
      return size.isPresent() ? size.get() : ImageDecoders.preferred().read(image).size();
    }

    private static Found issue(DataIssue.Kind kind, Path file, String message) {
      return new Found(null, List.of(new DataIssue(kind, file, 0, message)));
    }
  }
}
