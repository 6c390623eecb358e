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
   * Opens a camera of this machine with OpenCV.
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

  /**
   * Opens a video file, or a network stream such as {@code rtsp://camera/stream}, with FFmpeg.
   *
   * <p>Frames are decoded one after the other, none is left out, however long the last one took: to
   * keep up with a camera use {@code StreamOptions.dropping()}. RTSP goes over TCP; a network
   * source that is silent for ten seconds ends with an IOException. A rotation that the file asks
   * of its player is not applied.
   *
   * @param source a path, or an address that begins with a protocol and {@code ://}
   * @throws IOException if it cannot be opened or holds no pictures
   * @throws UnsupportedOperationException if FFmpeg is not on the class path or does not load
   */
  static FrameSource video(String source) throws IOException {
    String address = isAddress(source) ? source : "file:" + source;
    try {
      return FfmpegVideo.open(source, address);
    } catch (LinkageError e) {
      throw new UnsupportedOperationException(
          "video %s needs FFmpeg, which cannot be loaded (%s); add org.bytedeco:ffmpeg-platform, or org.bytedeco:ffmpeg with the classifier of this platform, or bring frames of your own by FrameSource"
              .formatted(source, e),
          e);
    }
  }

  /** Returns whether a source is an address with a protocol, such as {@code rtsp://camera}. */
  static boolean isAddress(String source) {
    return source.matches("[A-Za-z][A-Za-z0-9+.-]+://.+");
  }
}
