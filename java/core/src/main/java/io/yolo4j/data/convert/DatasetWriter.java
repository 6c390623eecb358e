package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.DatasetFile;
import io.yolo4j.data.Label;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes an annotated data set as YOLO label files: {@code images/PART/…}, {@code labels/PART/…}
 * and {@code data.yaml} in a folder.
 */
public final class DatasetWriter {
  private final AnnotationSet set;
  private final ConversionOptions options;
  private final List<String> classNames;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<DataIssue> issues;

  private DatasetWriter(AnnotationSet set, ConversionOptions options) {
    this.set = set;
    this.options = options;
    classNames = options.classNames().isEmpty() ? set.classNames() : options.classNames();
    classNames.forEach(name -> ids.put(name, ids.size()));
    issues = new ArrayList<>(set.issues());
  }

  /**
   * Writes pictures and labels, and at last the data set file, so that an interrupted conversion
   * leaves none.
   *
   * @param out the folder; created where it does not exist
   * @param progress told of each written picture
   * @throws DatasetException if there is nothing to write, the folder is not empty and must not be
   *     written into, it holds the pictures to convert, or a list file is wrong
   * @throws IOException if something cannot be written
   */
  public static ConversionReport write(
      AnnotationSet set, Path out, ConversionOptions options, PictureProgress progress)
      throws IOException {
    return new DatasetWriter(set, options).write(out, progress);
  }

  private ConversionReport write(Path out, PictureProgress progress) throws IOException {
    if (set.images().isEmpty()) {
      throw new DatasetException(
          "no picture can be converted"
              + (issues.isEmpty() ? "" : "; the first problem: " + issues.get(0)));
    }
    if (classNames.isEmpty()) {
      throw new DatasetException("the annotations name no class, and no class names were given");
    }
    OutputFolder folder = OutputFolder.open(out, set.images(), options);
    Map<String, Split> splits = SplitLists.read(options.splits(), set.images(), issues);
    checkLabelNames();
    Map<Split, Counts> counts = new EnumMap<>(Split.class);
    int unlisted = 0;
    int done = 0;
    for (AnnotatedImage image : set.images()) {
      Split split = splits.get(image.name());
      if (split == null) {
        unlisted++;
        continue;
      }
      List<Label> labels = labels(image);
      folder.write(image, split, labels);
      counts.computeIfAbsent(split, s -> new Counts(classNames.size())).add(labels);
      progress.pictureDone(++done, set.images().size());
    }
    Map<Split, String> sources = new LinkedHashMap<>();
    counts.keySet().forEach(split -> sources.put(split, "images/" + split.key()));
    int foreign = folder.foreignPictures();
    DatasetFile.write(folder.datasetFile(), sources, classNames);
    Map<Split, ConversionReport.Part> parts = new EnumMap<>(Split.class);
    counts.forEach((split, count) -> parts.put(split, count.part()));
    return new ConversionReport(
        folder.datasetFile(),
        classNames,
        parts,
        set.difficult(),
        set.crowds(),
        unlisted,
        foreign,
        issues);
  }

  /* a.jpg and a.png would write the same label file. */
  private void checkLabelNames() throws DatasetException {
    Map<String, String> taken = new HashMap<>();
    for (AnnotatedImage image : set.images()) {
      String other = taken.put(PictureIndex.withoutSuffix(image.name()), image.name());
      if (other != null) {
        throw new DatasetException(
            "pictures need names that differ before the suffix, got '%s' and '%s'"
                .formatted(other, image.name()));
      }
    }
  }

  private List<Label> labels(AnnotatedImage image) {
    List<Label> labels = new ArrayList<>();
    Set<String> rows = new HashSet<>();
    for (Annotation annotation : image.annotations()) {
      Integer id = ids.get(annotation.className());
      if (id == null) {
        issues.add(
            new DataIssue(
                DataIssue.Kind.UNKNOWN_CLASS,
                image.source(),
                annotation.line(),
                "the class must be one of %s, got '%s'"
                    .formatted(classNames, annotation.className())));
        continue;
      }
      Label label = new Label(id, annotation.box(), annotation.polygon());
      if (!rows.add(label.row())) {
        issues.add(
            new DataIssue(
                DataIssue.Kind.DUPLICATE,
                image.source(),
                annotation.line(),
                "the object repeats an earlier one; it is written, and left out on reading"));
      }
      labels.add(label);
    }
    return labels;
  }

  /** Sums of one part. */
  private static final class Counts {
    private final List<Integer> boxes;
    private int images;
    private int background;
    private int mixed;

    Counts(int classes) {
      boxes = new ArrayList<>(Collections.nCopies(classes, 0));
    }

    void add(List<Label> labels) {
      images++;
      background += labels.isEmpty() ? 1 : 0;
      mixed += labels.stream().map(Label::classId).distinct().count() > 1 ? 1 : 0;
      labels.forEach(label -> boxes.set(label.classId(), boxes.get(label.classId()) + 1));
    }

    ConversionReport.Part part() {
      return new ConversionReport.Part(images, background, mixed, boxes);
    }
  }
}
