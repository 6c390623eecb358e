package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.TensorLayout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** OpenCV's {@code convertTo} for NHWC and {@code blobFromImages} for NCHW, both float32. */
final class PixelsInOpenCv implements KernelForm {
  private static final double SCALE = 1.0 / 255;

  private final NativeResources resources = new NativeResources();
  private final Pictures pictures;
  private final boolean planes;
  private final List<Mat> pixels = new ArrayList<>();
  private final List<Mat> outputs = new ArrayList<>();
  private final List<MatVector> vectors = new ArrayList<>();
  private final Mat blob = resources.keep(new Mat());
  private final Size same = resources.keep(new Size());
  private final Scalar nothing = resources.keep(new Scalar());

  private PixelsInOpenCv(Pictures pictures, boolean planes, CaseBuffers buffers) {
    this.pictures = pictures;
    this.planes = planes;
    int side = pictures.side();
    int rows = pictures.count() * side;
    long picture = 3L * side * side;
    for (int copy = 0; copy < buffers.copies(); copy++) {
      Mat all =
          resources.keep(new Mat(rows, side, opencv_core.CV_8UC3, buffers.input().pointer(copy)));
      pixels.add(all);
      outputs.add(
          resources.keep(
              new Mat(rows, side, opencv_core.CV_32FC3, buffers.output().pointer(copy))));
      MatVector each = resources.keep(new MatVector());
      for (int image = 0; image < pictures.count(); image++) {
        each.push_back(
            resources.keep(
                new Mat(
                    side,
                    side,
                    opencv_core.CV_8UC3,
                    buffers.input().pointer(copy).getPointer(image * picture))));
      }
      vectors.add(each);
    }
  }

  static KernelForm form(Pictures pictures, Variant variant, int threads, CaseBuffers buffers) {
    if (variant.type() != ElementType.F32) {
      throw new UnsupportedOperationException("OpenCV doesn't compute in bfloat16");
    }
    opencv_core.setNumThreads(threads);
    return new PixelsInOpenCv(pictures, variant.layout() == TensorLayout.NCHW, buffers);
  }

  @Override
  public void run(int copy) {
    if (planes) {
      opencv_dnn.blobFromImages(
          vectors.get(copy), blob, SCALE, same, nothing, false, false, opencv_core.CV_32F);
    } else {
      pixels.get(copy).convertTo(outputs.get(copy), opencv_core.CV_32F, SCALE, 0);
    }
  }

  @Override
  public float[] result() {
    run(0);
    float[] values = new float[(int) pictures.dimensions().elements()];
    try (FloatPointer data = new FloatPointer((planes ? blob : outputs.get(0)).data())) {
      data.get(values);
    }
    return planes ? values : Values.toNchw(values, pictures.dimensions(), TensorLayout.NHWC);
  }

  @Override
  public void close() {
    resources.close();
  }
}
