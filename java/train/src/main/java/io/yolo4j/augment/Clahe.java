package io.yolo4j.augment;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_imgproc.CLAHE;

/**
 * Contrast-limited adaptive histogram equalisation of the luma (Zuiderveld 1994) on 8 × 8 tiles.
 *
 * @param clipLimit the greatest gain of contrast
 */
record Clahe(double clipLimit) {
  private static final double GREATEST_LIMIT = 4;
  private static final int TILES = 8;

  /** Draws a limit in [1, 4). */
  static Clahe draw(SampleRandom random) {
    return new Clahe(random.uniform(1, GREATEST_LIMIT));
  }

  /** Changes an RGB picture in place. */
  void apply(Mat picture, Workspace workspace) {
    try (PointerScope scope = new PointerScope()) {
      Mat colours = workspace.rgb(Workspace.Slot.COLOURS, picture.cols(), picture.rows());
      Mat luma = workspace.grey(Workspace.Slot.MASK, picture.cols(), picture.rows());
      CLAHE equaliser = opencv_imgproc.createCLAHE(clipLimit, new Size(TILES, TILES));
      opencv_imgproc.cvtColor(picture, colours, opencv_imgproc.COLOR_RGB2YCrCb);
      opencv_core.extractChannel(colours, luma, 0);
      equaliser.apply(luma, luma);
      opencv_core.insertChannel(luma, colours, 0);
      opencv_imgproc.cvtColor(colours, picture, opencv_imgproc.COLOR_YCrCb2RGB);
    }
  }
}
