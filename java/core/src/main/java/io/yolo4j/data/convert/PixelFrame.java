package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.ScanOptions.BadBoxes;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns pixels of an annotated picture into fractions, and reports what does not fit.
 *
 * @param size the picture's size as the annotations take it
 * @param badBoxes what becomes of boxes that leave it
 * @param file the annotation file
 * @param issues where problems go
 */
record PixelFrame(ImageSize size, BadBoxes badBoxes, Path file, List<DataIssue> issues) {
  /** Files hold rounded numbers; this much outside is no mistake. */
  private static final double ROUNDING = 0.02;

  /**
   * Returns a box between these edges, in pixels; empty, with an issue, where it is dropped.
   *
   * @param line its place in the file
   * @param what the object, for messages
   */
  Optional<NormalizedBox> box(double[] edges, int line, String what) {
    if (!(edges[2] > edges[0] && edges[3] > edges[1])) {
      return dropped(
          DataIssue.Kind.ZERO_AREA, line, what + " must have an area, got " + text(edges));
    }
    if (edges[0] < -ROUNDING
        || edges[1] < -ROUNDING
        || edges[2] > size.width() + ROUNDING
        || edges[3] > size.height() + ROUNDING) {
      issues.add(
          new DataIssue(
              DataIssue.Kind.OUT_OF_RANGE,
              file,
              line,
              "%s must lie in its picture of %s, got %s".formatted(what, size, text(edges))));
      if (badBoxes == BadBoxes.DROP) {
        return Optional.empty();
      }
    }
    double x1 = fraction(edges[0], size.width());
    double y1 = fraction(edges[1], size.height());
    double x2 = fraction(edges[2], size.width());
    double y2 = fraction(edges[3], size.height());
    if (!(x2 > x1 && y2 > y1)) {
      return dropped(
          DataIssue.Kind.ZERO_AREA,
          line,
          "%s lies outside its picture of %s, got %s".formatted(what, size, text(edges)));
    }
    return Optional.of(NormalizedBox.ofCorners(x1, y1, x2, y2));
  }

  /** Returns the fraction of a side that a place in pixels is, moved into 0 to 1. */
  static double fraction(double place, int side) {
    return Math.min(Math.max(place / side, 0), 1);
  }

  private Optional<NormalizedBox> dropped(DataIssue.Kind kind, int line, String message) {
    issues.add(new DataIssue(kind, file, line, message));
    return Optional.empty();
  }

  private static String text(double[] edges) {
    return String.format(
        Locale.ROOT,
        "x %s to %s, y %s to %s",
        text(edges[0]),
        text(edges[2]),
        text(edges[1]),
        text(edges[3]));
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
