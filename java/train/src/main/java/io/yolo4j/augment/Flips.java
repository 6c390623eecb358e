package io.yolo4j.augment;

import io.yolo4j.image.ImageSize;

/**
 * Which flips a sample gets.
 *
 * @param upDown upside down
 * @param leftRight mirrored
 */
record Flips(boolean upDown, boolean leftRight) {
  static Flips draw(SampleRandom random, AugmentOptions options) {
    return new Flips(random.chance(options.flipUd()), random.chance(options.flipLr()));
  }

  /**
   * Returns the map of pixel centres, which lie at whole numbers. A flip then costs nothing: it is
   * part of the map by which the picture is warped anyway.
   */
  Homography pixels(ImageSize frame) {
    return Homography.of(
        leftRight ? -1 : 1,
        0,
        leftRight ? frame.width() - 1 : 0,
        0,
        upDown ? -1 : 1,
        upDown ? frame.height() - 1 : 0,
        0,
        0,
        1);
  }
}
