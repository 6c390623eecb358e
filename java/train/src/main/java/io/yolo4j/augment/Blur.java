package io.yolo4j.augment;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A box blur.
 *
 * @param side of the box in pixels, odd
 */
record Blur(int side) {
  private static final int SMALLEST = 3;
  private static final int SIZES = 3;

  /** Draws a side of 3, 5 or 7. */
  static Blur draw(SampleRandom random) {
    return new Blur(SMALLEST + 2 * random.nextInt(SIZES));
  }

  /** Blurs a picture in place. */
  void apply(Mat picture, Workspace workspace) {
    try (PointerScope scope = new PointerScope()) {
      Mat blurred = workspace.rgb(Workspace.Slot.COLOURS, picture.cols(), picture.rows());
      opencv_imgproc.blur(picture, blurred, new Size(side, side));
      blurred.copyTo(picture);
    }
  }
}
