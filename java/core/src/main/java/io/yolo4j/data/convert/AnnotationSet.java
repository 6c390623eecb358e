package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import java.util.List;

/**
 * The pictures and objects of an annotated data set, before they are written in another format.
 *
 * @param images the usable pictures, in a fixed order
 * @param classNames the classes in the order that the format implies
 * @param issues what is wrong with the others, and with objects
 * @param difficult objects that are marked difficult, whether they were kept or not
 * @param crowds regions that stand for many objects; they are always left out
 */
public record AnnotationSet(
    List<AnnotatedImage> images,
    List<String> classNames,
    List<DataIssue> issues,
    int difficult,
    int crowds) {
  /** Copies the lists. */
  public AnnotationSet {
    images = List.copyOf(images);
    classNames = List.copyOf(classNames);
    issues = List.copyOf(issues);
  }

  /** Returns the number of objects. */
  public int annotations() {
    return images.stream().mapToInt(image -> image.annotations().size()).sum();
  }
}
