package io.yolo4j.augment;

import io.yolo4j.image.ImageSize;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Draws a collage through a projective map, bilinear, grey where the map looks outside. */
final class Warp {
  /* Pixels beyond what the corners see: the neighbours of bilinear interpolation, and rounding. */
  private static final int MARGIN = 2;

  private Warp() {}

  /**
   * Draws a collage. Of its canvas only what the map sees is painted, so the result is that of the
   * whole canvas without the time for all of it.
   *
   * @param map from the canvas's pixels to the output's
   * @param output written completely
   */
  static void draw(Collage collage, Homography map, Mat output, Workspace workspace) {
    ImageSize canvas = collage.canvas();
    Region whole = Region.of(canvas.width(), canvas.height());
    boolean sameSize = output.cols() == canvas.width() && output.rows() == canvas.height();
    if (map.isIdentity() && sameSize && collage.pasted().isEmpty()) {
      collage.paint(whole, output);
      return;
    }
    boolean pastes = !collage.pasted().isEmpty();
    // What is pasted comes from the canvas's other side.
    Region seen = pastes ? whole : seen(map, output.cols(), output.rows(), whole);
    try (PointerScope scope = new PointerScope()) {
      if (seen.isEmpty()) {
        output.put(new Scalar(Collage.GREY, Collage.GREY, Collage.GREY, 0));
        return;
      }
      Mat painted = workspace.rgb(Workspace.Slot.CANVAS, seen.width(), seen.height());
      collage.paint(seen, painted);
      if (pastes) {
        CopyPaste.paste(painted, collage.pasted(), workspace);
      }
      apply(painted, map.after(Homography.translation(seen.left(), seen.top())), output);
    }
  }

  /** Returns the part of the canvas that an output sees. */
  static Region seen(Homography map, int width, int height, Region canvas) {
    if (!map.isAffine()) {
      return canvas;
    }
    Homography back = map.inverse();
    int[] xs = {0, width - 1, 0, width - 1};
    int[] ys = {0, 0, height - 1, height - 1};
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 4; i++) {
      left = Math.min(left, back.x(xs[i], ys[i]));
      right = Math.max(right, back.x(xs[i], ys[i]));
      top = Math.min(top, back.y(xs[i], ys[i]));
      bottom = Math.max(bottom, back.y(xs[i], ys[i]));
    }
    return new Region(
            (int) Math.floor(left) - MARGIN,
            (int) Math.floor(top) - MARGIN,
            (int) Math.ceil(right) + MARGIN + 1,
            (int) Math.ceil(bottom) + MARGIN + 1)
        .intersect(canvas);
  }

  /** Warps a painted canvas. */
  static void apply(Mat canvas, Homography map, Mat output) {
    try (PointerScope scope = new PointerScope()) {
      Scalar grey = new Scalar(Collage.GREY, Collage.GREY, Collage.GREY, 0);
      Size size = new Size(output.cols(), output.rows());
      Mat matrix = matrix(map);
      if (map.isAffine()) {
        opencv_imgproc.warpAffine(
            canvas,
            output,
            matrix,
            size,
            opencv_imgproc.INTER_LINEAR,
            opencv_core.BORDER_CONSTANT,
            grey);
      } else {
        opencv_imgproc.warpPerspective(
            canvas,
            output,
            matrix,
            size,
            opencv_imgproc.INTER_LINEAR,
            opencv_core.BORDER_CONSTANT,
            grey);
      }
    }
  }

  private static Mat matrix(Homography map) {
    int rows = map.isAffine() ? 2 : 3;
    double[] values = new double[3 * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = map.at(i / 3, i % 3);
    }
    Mat matrix = new Mat(rows, 3, opencv_core.CV_64F);
    new DoublePointer(matrix.data()).put(values);
    return matrix;
  }
}
