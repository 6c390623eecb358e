package io.yolo4j.augment;

import io.yolo4j.kernels.PixelKernels;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Gains of hue, saturation and value in 8-bit HSV.
 *
 * @param hue wraps around
 * @param saturation ends at 255
 * @param value ends at 255
 */
record ColourGains(double hue, double saturation, double value) {
  /** Draws gains of 1 ± the options'. */
  static ColourGains draw(SampleRandom random, AugmentOptions options) {
    return new ColourGains(
        1 + random.uniform(-1, 1) * options.hsvH(),
        1 + random.uniform(-1, 1) * options.hsvS(),
        1 + random.uniform(-1, 1) * options.hsvV());
  }

  /** Changes an RGB picture in place. */
  void apply(Mat picture) {
    PixelKernels.adjustHsv(Workspace.view(picture), hue, saturation, value);
  }
}
