package io.yolo4j.augment;

import io.yolo4j.image.Box;

/** Which boxes are still worth learning after a transform. */
final class BoxCandidates {
  /** Least share of the area for boxes. */
  static final double BOX_AREA = 0.1;

  /** Least share of the area for objects with an outline, whose new box is exact. */
  static final double OUTLINE_AREA = 0.01;

  private static final double LEAST_SIDE = 2;
  private static final double GREATEST_ASPECT = 20;
  private static final double EPSILON = 1e-16;

  private BoxCandidates() {}

  /**
   * Returns whether a box stays: wider and higher than 2 pixels, more than {@code leastArea} of
   * what it was before times scale², and an aspect ratio under 20.
   */
  static boolean keep(Box before, double scale, Box after, double leastArea) {
    double width = after.width();
    double height = after.height();
    double areaBefore = before.width() * scale * (before.height() * scale);
    double aspect = Math.max(width / (height + EPSILON), height / (width + EPSILON));
    return width > LEAST_SIDE
        && height > LEAST_SIDE
        && width * height / (areaBefore + EPSILON) > leastArea
        && aspect < GREATEST_ASPECT;
  }
}
