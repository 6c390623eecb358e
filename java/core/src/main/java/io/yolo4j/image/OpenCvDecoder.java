package io.yolo4j.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decoding by OpenCV, which applies the EXIF orientation itself. */
final class OpenCvDecoder implements ImageDecoder {
  private OpenCvDecoder() {}

  /* Throws a LinkageError where OpenCV is missing. */
  static OpenCvDecoder load() {
    setLimits();
    Loader.load(opencv_imgcodecs.class);
    return new OpenCvDecoder();
  }

  /*
   * JavaCPP reads these once, when its first class loads: its own limits are multiples of -Xmx and
   * stop a process with a small heap although memory is free.
   */
  static void setLimits() {
    setUnlessGiven("org.bytedeco.javacpp.maxPhysicalBytes");
    setUnlessGiven("org.bytedeco.javacpp.maxBytes");
  }

  private static void setUnlessGiven(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, "0");
    }
  }

  @Override
  public Image decode(byte[] encoded, String name) throws ImageReadException {
    FileTail.check(encoded, name);
    try (BytePointer bytes = new BytePointer(encoded);
        Mat file = new Mat(1, encoded.length, opencv_core.CV_8UC1, bytes);
        Mat picture = opencv_imgcodecs.imdecode(file, opencv_imgcodecs.IMREAD_COLOR)) {
      if (picture == null || picture.empty()) {
        throw new ImageReadException(
            name, "OpenCV knows no picture format in these " + encoded.length + " bytes");
      }
      return copy(picture);
    } catch (ImageReadException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ImageReadException(name, "OpenCV failed: " + firstLine(e), e);
    }
  }

  /* Copies blue, green, red of 8 bits. */
  static Image copy(Mat picture) {
    int width = picture.cols();
    int height = picture.rows();
    byte[] bgr = new byte[Image.byteCount(width, height)];
    int rowBytes = width * Image.CHANNELS;
    try (BytePointer data = picture.data()) {
      for (int y = 0; y < height; y++) {
        data.position(y * picture.step()).get(bgr, y * rowBytes, rowBytes);
      }
    }
    for (int i = 0; i < bgr.length; i += Image.CHANNELS) {
      byte blue = bgr[i];
      bgr[i] = bgr[i + 2];
      bgr[i + 2] = blue;
    }
    return Image.wrap(bgr, width, height);
  }

  private static String firstLine(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  @Override
  public String describe() {
    return "OpenCV " + opencv_core.CV_VERSION;
  }
}
