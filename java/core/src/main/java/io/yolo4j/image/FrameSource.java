package io.yolo4j.image;

import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;

/**
 * Frames one after the other: a camera, a queue, pictures in a list.
 *
 * <p>Threads: one at a time. Ownership: whoever reads the frames closes it.
 */
@FunctionalInterface
public interface FrameSource extends AutoCloseable {
  /**
   * Returns the next frame, waiting for it if need be; empty at the end.
   *
   * @throws ImageReadException if this frame can't be read; the next one may
   * @throws IOException if no more frames will come
   */
  Optional<Image> next() throws IOException;

  @Override
  default void close() throws IOException {}

  /** Returns these frames. */
  static FrameSource of(Iterable<Image> frames) {
    Iterator<Image> remaining = frames.iterator();
    return () -> remaining.hasNext() ? Optional.of(remaining.next()) : Optional.empty();
  }

  /**
   * Opens a camera of this machine with OpenCV. Video files and network streams are not among its
   * sources: OpenCV's libraries as they are packed for Java have no FFmpeg.
   *
   * @param index 0 for the first camera
   * @throws IOException if there is no such camera or another program has it
   * @throws UnsupportedOperationException if OpenCV is not on the class path or does not load
   */
  static FrameSource camera(int index) throws IOException {
    if (index < 0) {
      throw new IllegalArgumentException("a camera's index must not be negative, got " + index);
    }
    try {
      return OpenCvCamera.open(index);
    } catch (LinkageError e) {
      throw new UnsupportedOperationException(
          "a camera needs OpenCV, which cannot be loaded ("
              + e
              + "); add org.bytedeco:opencv and org.bytedeco:openblas with the classifier of this"
              + " platform, or bring frames of your own by FrameSource",
          e);
    }
  }
}
