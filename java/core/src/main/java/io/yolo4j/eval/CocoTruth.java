package io.yolo4j.eval;

import io.yolo4j.data.Label;
import io.yolo4j.data.Polygon;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;

/**
 * One labelled object as the COCO protocol sees it.
 *
 * @param classId index of its class
 * @param box corners in pixels of the original picture
 * @param area of the object in square pixels, by which it is small, medium or large
 * @param crowd whether the box stands for a group that nobody counts: detections in it are neither
 *     right nor wrong
 */
public record CocoTruth(int classId, Box box, double area, boolean crowd) {
  /** Checks the values. */
  public CocoTruth {
    if (classId < 0 || !(area >= 0)) {
      throw new IllegalArgumentException(
          "class id and area must not be negative, got %d and %s".formatted(classId, area));
    }
  }

  /** Creates the truth of a box, whose area is its own. */
  public CocoTruth(int classId, Box box) {
    this(classId, box, (double) box.width() * box.height(), false);
  }

  /**
   * Returns the truth of a label: its area is that inside its outline, or of its box where it has
   * none. Label files don't say what is a crowd.
   */
  public static CocoTruth of(Label label, ImageSize picture) {
    Box box = label.box().toPixels(picture).clippedTo(picture);
    Polygon outline = label.polygon();
    return outline == null
        ? new CocoTruth(label.classId(), box)
        : new CocoTruth(label.classId(), box, area(outline, picture), false);
  }

  /* Half the sum of the cross products of neighbouring corners. */
  private static double area(Polygon outline, ImageSize picture) {
    double twice = 0;
    for (int i = 0; i < outline.size(); i++) {
      int next = (i + 1) % outline.size();
      twice += outline.x(i) * outline.y(next) - outline.x(next) * outline.y(i);
    }
    return Math.abs(twice) / 2 * picture.width() * picture.height();
  }
}
