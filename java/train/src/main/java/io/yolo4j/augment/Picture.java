package io.yolo4j.augment;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A picture in native memory: 8-bit RGB, interleaved, rows without gaps. Not changed after it was
 * made, so any thread may read it; whoever made it closes it.
 */
final class Picture implements AutoCloseable {
  private final Mat mat;
  private final ImageSize size;

  private Picture(Mat mat) {
    this.mat = mat;
    // It outlives a scope that the calling thread may have open.
    mat.retainReference();
    size = new ImageSize(mat.cols(), mat.rows());
  }

  /** Returns a copy in native memory. */
  static Picture of(Image image) {
    return of(image.rgb(), image.size());
  }

  /** Returns a copy of RGB bytes in native memory. */
  static Picture of(byte[] rgb, ImageSize size) {
    Picture picture = allocate(size);
    picture.bytes().put(rgb, 0, Math.toIntExact(bytes(size)));
    return picture;
  }

  /** Returns a picture of any pixels, for its maker to write through {@link #bytes()}. */
  static Picture allocate(ImageSize size) {
    return new Picture(new Mat(size.height(), size.width(), opencv_core.CV_8UC3));
  }

  /** Returns a resized copy. */
  Picture resized(ImageSize target, Interpolation interpolation) {
    Mat scaled = new Mat(target.height(), target.width(), opencv_core.CV_8UC3);
    try (Size dimensions = new Size(target.width(), target.height())) {
      int method =
          interpolation == Interpolation.AREA
              ? opencv_imgproc.INTER_AREA
              : opencv_imgproc.INTER_LINEAR;
      opencv_imgproc.resize(mat, scaled, dimensions, 0, 0, method);
    }
    return new Picture(scaled);
  }

  /** Returns the bytes of a picture of this size. */
  static long bytes(ImageSize size) {
    return (long) size.width() * size.height() * Image.CHANNELS;
  }

  ImageSize size() {
    return size;
  }

  /** Returns the pixels; the picture keeps them. */
  Mat mat() {
    return mat;
  }

  /** Returns a view of the RGB bytes, valid until the picture is closed. */
  ByteBuffer bytes() {
    try (BytePointer data = mat.data()) {
      return data.capacity(bytes(size)).asByteBuffer();
    }
  }

  @Override
  public void close() {
    mat.close();
  }
}
