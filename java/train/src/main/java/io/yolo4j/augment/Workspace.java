package io.yolo4j.augment;

import io.yolo4j.image.Image;
import io.yolo4j.kernels.RgbPixels;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Native memory that one thread uses sample after sample, so that pages are touched once. It grows
 * to what the largest sample needs.
 */
final class Workspace implements AutoCloseable {
  /** What the pieces of memory hold. */
  enum Slot {
    /** Pictures put together, before they are warped. */
    CANVAS,
    /** A second picture to blend or paste. */
    SECOND,
    /** Hue, saturation, value and other intermediate forms. */
    COLOURS,
    /** A mask. */
    MASK
  }

  private final Map<Slot, BytePointer> memory = new EnumMap<>(Slot.class);

  /**
   * Returns a picture of three channels in a slot, with whatever was left in it. The caller closes
   * the matrix, which does not own the memory.
   */
  Mat rgb(Slot slot, int width, int height) {
    return mat(slot, width, height, Image.CHANNELS, opencv_core.CV_8UC3);
  }

  /** Returns a picture of one channel in a slot, as {@link #rgb}. */
  Mat grey(Slot slot, int width, int height) {
    return mat(slot, width, height, 1, opencv_core.CV_8UC1);
  }

  private Mat mat(Slot slot, int width, int height, int channels, int type) {
    long bytes = (long) width * height * channels;
    BytePointer held = memory.get(slot);
    if (held == null || held.capacity() < bytes) {
      if (held != null) {
        held.close();
      }
      held = new BytePointer(bytes);
      // The workspace outlives the scope that is open now.
      held.retainReference();
      memory.put(slot, held);
    }
    return new Mat(height, width, type, held, (long) width * channels);
  }

  /** Returns a view of a three-channel matrix whose rows have no gaps, for our own kernels. */
  static RgbPixels view(Mat picture) {
    long bytes = (long) picture.rows() * picture.cols() * Image.CHANNELS;
    try (BytePointer data = picture.data()) {
      return new RgbPixels(data.capacity(bytes).asByteBuffer(), picture.cols(), picture.rows());
    }
  }

  @Override
  public void close() {
    memory.values().forEach(BytePointer::close);
    memory.clear();
  }
}
