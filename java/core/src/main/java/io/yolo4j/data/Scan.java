package io.yolo4j.data;

import io.yolo4j.data.ScanOptions.MissingLabels;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageHeaders;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.image.ImageSize;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the pictures' headers and the labels of one part, on all processors. */
final class Scan {
  private static final long NANOS_OF_MILLI = 1_000_000;

  private final DatasetConfig config;
  private final Split split;
  private final ScanOptions options;
  private final ScanCache cache;
  private final long start;

  /** Whether something was read that a cache can keep. */
  private volatile boolean learnt;

  Scan(DatasetConfig config, Split split, ScanOptions options, ScanCache cache) {
    this(config, split, options, cache, System.currentTimeMillis() * NANOS_OF_MILLI);
  }

  /**
   * Creates a scan at a time.
   *
   * @param start nanoseconds since 1970, at most now
   */
  Scan(DatasetConfig config, Split split, ScanOptions options, ScanCache cache, long start) {
    this.config = config;
    this.split = split;
    this.options = options;
    this.cache = cache;
    this.start = start;
  }

  Dataset run() throws DatasetException {
    List<Path> images = config.images(split);
    String key =
        String.join(
            "\n",
            config.file().toAbsolutePath().normalize().toString(),
            split.key(),
            String.valueOf(config.classes()),
            options.toString());
    Map<String, ScannedImage> known = cache.load(key);
    List<ScannedImage> found = images.parallelStream().map(image -> read(image, known)).toList();
    remember(key, images, found, known);
    String name = config.file() + " (" + split.key() + ")";
    Optional<DataIssue> unlabelled = unlabelled(images, found);
    if (unlabelled.isPresent()) {
      return new Dataset(name, config.names(), List.of(), List.of(unlabelled.get()));
    }
    List<Sample> samples = new ArrayList<>();
    List<DataIssue> issues = new ArrayList<>();
    for (ScannedImage one : found) {
      issues.addAll(one.issues());
      Sample sample = one.sample();
      if (sample != null) {
        samples.add(sample);
      }
    }
    return new Dataset(name, config.names(), samples, issues);
  }

  /** Writes the cache where it lacks something or has too much. */
  private void remember(
      String key, List<Path> images, List<ScannedImage> found, Map<String, ScannedImage> known) {
    Map<String, ScannedImage> kept = new HashMap<>();
    for (int i = 0; i < found.size(); i++) {
      ScannedImage one = found.get(i);
      if (one.image() != null) {
        kept.put(images.get(i).toString(), one);
      }
    }
    if (learnt || kept.size() != known.size()) {
      cache.store(key, kept);
    }
  }

  /**
   * One sentence instead of one a picture where no label file is there at all. Pictures may all be
   * background, but then the folder of labels must exist, empty: else it was misplaced.
   */
  private Optional<DataIssue> unlabelled(List<Path> images, List<ScannedImage> found) {
    for (ScannedImage one : found) {
      if (one.labels().isPresent()) {
        return Optional.empty();
      }
    }
    Path first = LabelFile.of(images.get(0));
    Path folder = first.toAbsolutePath().getParent();
    boolean exists = folder != null && Files.isDirectory(folder);
    boolean anyFolder =
        exists
            || images.stream()
                .map(image -> LabelFile.of(image).toAbsolutePath().getParent())
                .distinct()
                .anyMatch(parent -> parent != null && Files.isDirectory(parent));
    if (anyFolder && options.missingLabels() == MissingLabels.BACKGROUND) {
      return Optional.empty();
    }
    return Optional.of(
        new DataIssue(
            DataIssue.Kind.MISSING_LABELS,
            folder == null ? first : folder,
            0,
            "%s, so none of the %d pictures has labels; the first would be %s"
                .formatted(
                    exists ? "the folder holds no label file" : "there is no such folder of labels",
                    images.size(),
                    first)));
  }

  private ScannedImage read(Path image, Map<String, ScannedImage> known) {
    Path labels = LabelFile.of(image);
    Optional<FileState> imageState = FileState.of(image);
    Optional<FileState> labelState = FileState.of(labels);
    ScannedImage before = known.get(image.toString());
    if (before != null && imageState.isPresent() && before.holds(imageState.get(), labelState)) {
      return before;
    }
    Optional<FileState> settled = imageState.filter(s -> settled(s, labelState));
    if (settled.isPresent()) {
      learnt = true;
    }
    return read(image, labels, settled, labelState);
  }

  private boolean settled(FileState image, Optional<FileState> labels) {
    return image.tellsChanges(start) && labels.map(s -> s.tellsChanges(start)).orElse(true);
  }

  private ScannedImage read(
      Path image, Path labels, Optional<FileState> imageState, Optional<FileState> labelState) {
    FileState settled = imageState.orElse(null);
    ImageSize size;
    try {
      size = checkedSize(image);
    } catch (ImageReadException e) {
      String message = "cannot read picture: " + e.reason();
      return bad(DataIssue.Kind.UNREADABLE_IMAGE, image, message, null, labelState);
    }
    if (size.width() < Dataset.LEAST_SIDE || size.height() < Dataset.LEAST_SIDE) {
      String message =
          "sides must be at least %d pixels, got %s".formatted(Dataset.LEAST_SIDE, size);
      return bad(DataIssue.Kind.SMALL_IMAGE, image, message, settled, labelState);
    }
    if (!Files.exists(labels)) {
      if (options.missingLabels() == MissingLabels.BACKGROUND) {
        Sample background = new Sample(image, size, List.of());
        return new ScannedImage(background, List.of(), settled, Optional.empty());
      }
      String message = "there is no label file " + labels;
      return bad(DataIssue.Kind.MISSING_LABELS, image, message, settled, Optional.empty());
    }
    try {
      LabelFile file = LabelFile.read(labels, config.classes(), options.badBoxes());
      Sample sample = new Sample(image, size, file.labels());
      return new ScannedImage(sample, file.issues(), settled, labelState);
    } catch (CharacterCodingException e) {
      String message = "the file is no text (UTF-8)";
      return bad(DataIssue.Kind.UNREADABLE_LABELS, labels, message, null, labelState);
    } catch (IOException e) {
      String message = "the file cannot be read (" + e + ")";
      return bad(DataIssue.Kind.UNREADABLE_LABELS, labels, message, null, labelState);
    }
  }

  private ImageSize checkedSize(Path image) throws ImageReadException {
    return options.decodeImages() ? ImageDecoders.preferred().read(image).size() : size(image);
  }

  /* As the header says, where one tells. */
  static ImageSize size(Path image) throws ImageReadException {
    Optional<ImageSize> size = ImageHeaders.size(image);
    return size.isPresent() ? size.get() : ImageDecoders.preferred().read(image).size();
  }

  /* Without a state it is read again each time: what hindered may be no property of the file. */
  private static ScannedImage bad(
      DataIssue.Kind kind,
      Path file,
      String message,
      @Nullable FileState image,
      Optional<FileState> labels) {
    return new ScannedImage(null, List.of(new DataIssue(kind, file, 0, message)), image, labels);
  }
}
