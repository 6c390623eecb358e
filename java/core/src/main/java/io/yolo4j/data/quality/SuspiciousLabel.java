package io.yolo4j.data.quality;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A label that is allowed, and yet often a mistake.
 *
 * @param kind what is suspicious
 * @param sample its picture
 * @param index its place among the picture's usable labels, from 0
 * @param message what was found
 */
public record SuspiciousLabel(Kind kind, Sample sample, int index, String message) {
  /** A box may leave its picture by so many pixels, as label files round. */
  public static final double OUTSIDE_PIXELS = 0.5;

  /** Sides under so many pixels, in a picture fitted to the image size, can hardly be learnt. */
  public static final double TINY_PIXELS = 3;

  /** Boxes of a larger IoU are the same. */
  public static final double SAME_IOU = 0.9;

  /** A box over this share of its picture is all of it. */
  public static final double WHOLE_SHARE = 0.95;

  /** Boxes that are so many times longer than wide are extreme. */
  public static final double EXTREME_ASPECT = 20;

  /** What can be suspicious. */
  public enum Kind {
    /** The box leaves the picture. */
    OUTSIDE,
    /** A side is under {@link #TINY_PIXELS} pixels. */
    TINY,
    /** An earlier box of the same class is the same. */
    REPEATED,
    /** An earlier box of another class is the same. */
    TWO_CLASSES,
    /** The box is as large as the picture. */
    WHOLE_PICTURE,
    /** The box is {@link #EXTREME_ASPECT} times longer than wide. */
    EXTREME_ASPECT
  }

  /** Returns the label itself. */
  public Label label() {
    return sample.labels().get(index);
  }

  /**
   * Returns what is suspicious about the labels of a data set, picture after picture.
   *
   * @param imageSize the long side that pictures are fitted to, in pixels
   */
  public static List<SuspiciousLabel> of(Dataset dataset, int imageSize) {
    List<SuspiciousLabel> found = new ArrayList<>();
    for (Sample sample : dataset.samples()) {
      for (int i = 0; i < sample.labels().size(); i++) {
        shape(found, sample, i, imageSize);
        twins(found, sample, i, dataset.classNames());
      }
    }
    return found;
  }

  private static void shape(List<SuspiciousLabel> found, Sample sample, int index, int imageSize) {
    Box box = box(sample, index);
    int width = sample.size().width();
    int height = sample.size().height();
    double outside =
        Math.max(Math.max(-box.x1(), -box.y1()), Math.max(box.x2() - width, box.y2() - height));
    if (outside > OUTSIDE_PIXELS) {
      add(found, Kind.OUTSIDE, sample, index, "leaves the picture by %.1f pixels", outside);
    }
    double scale = (double) imageSize / Math.max(width, height);
    double least = scale * Math.min(box.width(), box.height());
    if (least < TINY_PIXELS) {
      add(found, Kind.TINY, sample, index, "a side of %.1f pixels at " + imageSize, least);
    }
    double share = box.area() / ((double) width * height);
    if (share >= WHOLE_SHARE) {
      add(found, Kind.WHOLE_PICTURE, sample, index, "covers %.0f %% of the picture", 100 * share);
    }
    double aspect =
        (double) Math.max(box.width(), box.height()) / Math.min(box.width(), box.height());
    if (aspect > EXTREME_ASPECT) {
      add(found, Kind.EXTREME_ASPECT, sample, index, "%.0f times longer than wide", aspect);
    }
  }

  /** Only the first earlier one is named. */
  private static void twins(
      List<SuspiciousLabel> found, Sample sample, int index, List<String> names) {
    Box box = box(sample, index);
    Label label = sample.labels().get(index);
    for (int i = 0; i < index; i++) {
      double iou = box.iou(box(sample, i));
      if (iou > SAME_IOU) {
        Label other = sample.labels().get(i);
        boolean same = other.classId() == label.classId();
        add(
            found,
            same ? Kind.REPEATED : Kind.TWO_CLASSES,
            sample,
            index,
            "the box of label "
                + (i + 1)
                + (same ? "" : ", a '" + names.get(other.classId()).replace("%", "%%") + "',")
                + " at an IoU of %.2f",
            iou);
        return;
      }
    }
  }

  private static Box box(Sample sample, int index) {
    return sample.labels().get(index).box().toPixels(sample.size());
  }

  private static void add(
      List<SuspiciousLabel> found,
      Kind kind,
      Sample sample,
      int index,
      String message,
      double value) {
    found.add(new SuspiciousLabel(kind, sample, index, String.format(Locale.ROOT, message, value)));
  }

  /** Returns {@code picture: label 3: message}. */
  @Override
  public String toString() {
    return "%s: label %d: %s".formatted(sample.image(), index + 1, message);
  }
}
