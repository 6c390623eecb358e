package io.yolo4j.augment;

import io.yolo4j.image.ImageSize;
import io.yolo4j.kernels.PixelKernels;
import java.util.Arrays;
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
    Places places = Places.of(map.inverse(), width, height);
    return new Region(
            (int) Math.floor(places.left()) - MARGIN,
            (int) Math.floor(places.top()) - MARGIN,
            (int) Math.ceil(places.right()) + MARGIN + 1,
            (int) Math.ceil(places.bottom()) + MARGIN + 1)
        .intersect(canvas);
  }

  /** The bounds of what the pixel centres of an output look at. */
  private record Places(double left, double top, double right, double bottom) {
    static Places of(Homography back, int width, int height) {
      double[] xs = new double[4];
      double[] ys = new double[4];
      for (int i = 0; i < 4; i++) {
        int x = i % 2 == 0 ? 0 : width - 1;
        int y = i < 2 ? 0 : height - 1;
        xs[i] = back.x(x, y);
        ys[i] = back.y(x, y);
      }
      Arrays.sort(xs);
      Arrays.sort(ys);
      return new Places(xs[0], ys[0], xs[3], ys[3]);
    }

    boolean areWithin(double pixels) {
      return left > -pixels && top > -pixels && right < pixels && bottom < pixels;
    }
  }

  /** Warps a painted canvas. */
  static void apply(Mat canvas, Homography map, Mat output) {
    Homography back = map.inverse();
    if (!map.isAffine()
        || !Places.of(back, output.cols(), output.rows()).areWithin(PixelKernels.MOST_PIXELS)) {
      projective(canvas, map, output);
      return;
    }
    double[] matrix = {
      back.at(0, 0), back.at(0, 1), back.at(0, 2), back.at(1, 0), back.at(1, 1), back.at(1, 2)
    };
    PixelKernels.warpAffine(Workspace.view(canvas), matrix, Workspace.view(output), Collage.GREY);
  }

  /* For perspective, and for the reductions so strong that the kernel can't count that far. */
  private static void projective(Mat canvas, Homography map, Mat output) {
    try (PointerScope scope = new PointerScope()) {
      double[] values = new double[9];
      for (int i = 0; i < values.length; i++) {
        values[i] = map.at(i / 3, i % 3);
      }
      Mat matrix = new Mat(3, 3, opencv_core.CV_64F);
      new DoublePointer(matrix.data()).put(values);
      opencv_imgproc.warpPerspective(
          canvas,
          output,
          matrix,
          new Size(output.cols(), output.rows()),
          opencv_imgproc.INTER_LINEAR,
          opencv_core.BORDER_CONSTANT,
          new Scalar(Collage.GREY, Collage.GREY, Collage.GREY, 0));
    }
  }
}
