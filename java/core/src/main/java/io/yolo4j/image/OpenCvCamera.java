package io.yolo4j.image;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_videoio;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_videoio.VideoCapture;

/** A camera by OpenCV. */
final class OpenCvCamera implements FrameSource {
  private final int index;
  private final VideoCapture capture;
  private final Mat frame = new Mat();
  private boolean closed;

  private OpenCvCamera(int index, VideoCapture capture) {
    this.index = index;
    this.capture = capture;
  }

  /* Throws a LinkageError where OpenCV is missing. */
  static OpenCvCamera open(int index) throws IOException {
    OpenCvDecoder.setLimits();
    Loader.load(opencv_videoio.class);
    VideoCapture capture = new VideoCapture();
    boolean opened = false;
    try {
      opened = capture.open(index);
    } catch (RuntimeException e) {
      throw new IOException(missing(index), e);
    } finally {
      if (!opened) {
        capture.close();
      }
    }
    if (!opened) {
      throw new IOException(missing(index));
    }
    return new OpenCvCamera(index, capture);
  }

  private static String missing(int index) {
    return "camera %d cannot be opened: there is none of that index, or another program has it"
        .formatted(index);
  }

  @Override
  public Optional<Image> next() throws IOException {
    if (closed) {
      throw new IllegalStateException("camera %d is closed".formatted(index));
    }
    if (!capture.read(frame) || frame.empty()) {
      throw new IOException("camera %d gives no more frames".formatted(index));
    }
    if (frame.type() != opencv_core.CV_8UC3) {
      throw new IOException(
          "camera %d must give 8-bit colours of 3 channels, got OpenCV's type %d"
              .formatted(index, frame.type()));
    }
    return Optional.of(OpenCvDecoder.copy(frame));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      capture.release();
      capture.close();
      frame.close();
    }
  }
}
