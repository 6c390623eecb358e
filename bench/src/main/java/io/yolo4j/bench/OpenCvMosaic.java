package io.yolo4j.bench;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Sample;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Resize;
import io.yolo4j.image.Sizing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** A mosaic's pixels with OpenCV's functions, step by step: what the loader is compared with. */
final class OpenCvMosaic implements AutoCloseable {
  private static final int GREY = 114;

  private final int side;
  private final List<Mat> pictures = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(0);
  private final Mat canvas;
  private final Mat output;
  private final Mat hsv = new Mat();
  private final Mat flipped = new Mat();
  private final Mat tables;

  OpenCvMosaic(Dataset dataset, int side) throws IOException {
    this.side = side;
    for (Sample sample : dataset.samples()) {
      Image image = ImageDecoders.preferred().read(sample.image());
      Image loaded = Resize.to(image, Sizing.loaded(image.size(), side), Interpolation.LINEAR);
      Mat picture = new Mat(loaded.height(), loaded.width(), opencv_core.CV_8UC3);
      try (BytePointer data = picture.data()) {
        data.put(loaded.rgb());
      }
      pictures.add(picture);
    }
    opencv_core.setNumThreads(0);
    canvas = new Mat(2 * side, 2 * side, opencv_core.CV_8UC3);
    output = new Mat(side, side, opencv_core.CV_8UC3);
    tables = new Mat(1, 256, opencv_core.CV_8UC3);
    byte[] numbers = new byte[3 * 256];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (byte) (i / 3 * 9 / 10);
    }
    try (BytePointer data = tables.data()) {
      data.put(numbers);
    }
  }

  /** Makes one; returns a pixel. */
  int make() {
    try (PointerScope scope = new PointerScope()) {
      int centreX = random.nextInt(side / 2, 3 * side / 2);
      int centreY = random.nextInt(side / 2, 3 * side / 2);
      Scalar grey = new Scalar(GREY, GREY, GREY, 0);
      canvas.put(grey);
      for (int i = 0; i < 4; i++) {
        paste(pictures.get(random.nextInt(pictures.size())), i, centreX, centreY);
      }
      double scale = random.nextDouble(0.5, 1.5);
      Mat matrix = new Mat(2, 3, opencv_core.CV_64F);
      double x = random.nextDouble(0.4, 0.6) * side - scale * side;
      double y = random.nextDouble(0.4, 0.6) * side - scale * side;
      new DoublePointer(matrix.data()).put(scale, 0, x, 0, scale, y);
      opencv_imgproc.warpAffine(
          canvas,
          output,
          matrix,
          new Size(side, side),
          opencv_imgproc.INTER_LINEAR,
          opencv_core.BORDER_CONSTANT,
          grey);
      opencv_imgproc.cvtColor(output, hsv, opencv_imgproc.COLOR_RGB2HSV);
      opencv_core.LUT(hsv, tables, hsv);
      opencv_imgproc.cvtColor(hsv, output, opencv_imgproc.COLOR_HSV2RGB);
      if (random.nextBoolean()) {
        opencv_core.flip(output, flipped, 1);
        return flipped.data().get();
      }
      return output.data().get();
    }
  }

  private void paste(Mat picture, int corner, int centreX, int centreY) {
    int width = picture.cols();
    int height = picture.rows();
    int left = corner % 2 == 0 ? centreX - width : centreX;
    int top = corner < 2 ? centreY - height : centreY;
    int x1 = Math.max(left, 0);
    int y1 = Math.max(top, 0);
    int x2 = Math.min(left + width, 2 * side);
    int y2 = Math.min(top + height, 2 * side);
    Rect from = new Rect(x1 - left, y1 - top, x2 - x1, y2 - y1);
    picture.apply(from).copyTo(canvas.apply(new Rect(x1, y1, x2 - x1, y2 - y1)));
  }

  @Override
  public void close() {
    pictures.forEach(Mat::close);
    canvas.close();
    output.close();
    hsv.close();
    flipped.close();
    tables.close();
  }
}
