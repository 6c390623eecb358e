package io.yolo4j.augment;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Takes the colours away. */
final class Grey {
  private Grey() {}

  /** Replaces every pixel of an RGB picture by its luma. */
  static void apply(Mat picture, Workspace workspace) {
    try (PointerScope scope = new PointerScope()) {
      Mat luma = workspace.grey(Workspace.Slot.MASK, picture.cols(), picture.rows());
      opencv_imgproc.cvtColor(picture, luma, opencv_imgproc.COLOR_RGB2GRAY);
      opencv_imgproc.cvtColor(luma, picture, opencv_imgproc.COLOR_GRAY2RGB);
    }
  }
}
