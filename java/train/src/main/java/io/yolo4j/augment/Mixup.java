package io.yolo4j.augment;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Blends two pictures (Zhang et al. 2018). */
final class Mixup {
  /* Makes rounding to nearest cut the fraction off; a little less than ½, for whole numbers. */
  private static final double TRUNCATE = -0.499;

  private Mixup() {}

  /**
   * Replaces the first picture by {@code ratio}·first + (1 − ratio)·second, fractions cut off.
   *
   * @param ratio 0 … 1
   */
  static void apply(Mat first, Mat second, double ratio) {
    opencv_core.addWeighted(first, ratio, second, 1 - ratio, TRUNCATE, first);
  }
}
