package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.ScanOptions.MissingLabels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Puts together what several annotation files say of the pictures of one folder. */
final class Collector {
  private final PictureIndex index;
  private final AnnotationOptions options;
  private final Map<String, AnnotatedImage> images = new TreeMap<>();
  private final Set<String> named = new HashSet<>();
  private final List<DataIssue> issues = new ArrayList<>();
  private int difficult;
  private int crowds;

  Collector(PictureIndex index, AnnotationOptions options) {
    this.index = index;
    this.options = options;
  }

  PictureIndex index() {
    return index;
  }

  AnnotationOptions options() {
    return options;
  }

  List<DataIssue> issues() {
    return issues;
  }

  /** Notes pictures that a file is about, though it may be of no use. */
  void name(Collection<String> pictures) {
    named.addAll(pictures);
  }

  void addDifficult(int count) {
    difficult += count;
  }

  void addCrowd() {
    crowds++;
  }

  void add(AnnotatedImage image) {
    named.add(image.name());
    AnnotatedImage before = images.putIfAbsent(image.name(), image);
    if (before != null) {
      issues.add(
          new DataIssue(
              DataIssue.Kind.BAD_ANNOTATION,
              image.source(),
              0,
              "picture '%s' is described already, in %s".formatted(image.name(), before.source())));
    }
  }

  AnnotationSet finish(Collection<String> classNames) {
    for (String name : index.names()) {
      if (!named.contains(name)) {
        addUndescribed(name);
      }
    }
    List<AnnotatedImage> sorted = new ArrayList<>(images.values());
    sorted.sort(Comparator.comparing(AnnotatedImage::name));
    return new AnnotationSet(sorted, List.copyOf(classNames), issues, difficult, crowds);
  }

  private void addUndescribed(String name) {
    if (options.missingAnnotations() == MissingLabels.BACKGROUND) {
      images.put(
          name,
          new AnnotatedImage(index.picture(name), name, index.picture(name), null, List.of()));
    } else {
      issues.add(
          new DataIssue(
              DataIssue.Kind.MISSING_LABELS,
              index.picture(name),
              0,
              "no annotation describes it; it is left out"));
    }
  }
}
