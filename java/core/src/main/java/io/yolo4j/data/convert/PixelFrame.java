package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DataIssue.Kind;
import io.yolo4j.data.ScanOptions.BadBoxes;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageHeaders;
import io.yolo4j.image.ImageReadException;
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

  private static final double MOST_SIDE = 1e6;

  /**
   * Where a size is written.
   *
   * @param line its line, from 1
   * @param issues where problems go
   */
  record Place(Path file, int line, List<DataIssue> issues) {}

  /**
   * Returns the size that annotations refer to: the written one, where it has the picture's shape,
   * for the picture may have been scaled since; the picture's own where none is written; empty,
   * with an issue, where the shapes differ or the picture cannot be read.
   */
  static Optional<ImageSize> size(Path picture, double width, double height, Place place) {
    ImageSize actual;
    try {
      Optional<ImageSize> header = ImageHeaders.size(picture);
      actual = header.isPresent() ? header.get() : ImageDecoders.preferred().read(picture).size();
    } catch (ImageReadException e) {
      String message = "cannot read picture: " + e.reason();
      place.issues().add(new DataIssue(Kind.UNREADABLE_IMAGE, picture, 0, message));
      return Optional.empty();
    }
    if (!(width >= 1 && height >= 1 && width <= MOST_SIDE && height <= MOST_SIDE)) {
      return Optional.of(actual);
    }
    ImageSize written = new ImageSize((int) width, (int) height);
    double scaledHeight = width * actual.height() / actual.width();
    double scaledWidth = height * actual.width() / actual.height();
    if (Math.abs(scaledHeight - height) > 1 && Math.abs(scaledWidth - width) > 1) {
      String message =
          "the boxes are for a picture of %s, %s has %s"
              .formatted(written, picture.getFileName(), actual);
      place.issues().add(new DataIssue(Kind.SIZE_MISMATCH, place.file(), place.line(), message));
      return Optional.empty();
    }
    return Optional.of(written);
  }

  /**
   * Returns a box between these edges, in pixels; empty, with an issue, where it is dropped.
   *
   * @param line its place in the file
   * @param what the object, for messages
   */
  Optional<NormalizedBox> box(double[] edges, int line, String what) {
    if (!(edges[2] > edges[0] && edges[3] > edges[1])) {
      return dropped(Kind.ZERO_AREA, line, what + " must have an area, got " + text(edges));
    }
    if (edges[0] < -ROUNDING
        || edges[1] < -ROUNDING
        || edges[2] > size.width() + ROUNDING
        || edges[3] > size.height() + ROUNDING) {
      issues.add(
          new DataIssue(
              Kind.OUT_OF_RANGE,
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
          Kind.ZERO_AREA,
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
