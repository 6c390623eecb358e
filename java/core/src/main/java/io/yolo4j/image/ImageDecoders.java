package io.yolo4j.image;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The decoders there are. */
public final class ImageDecoders {
  private static final Logger LOG = LoggerFactory.getLogger(ImageDecoders.class);

  private ImageDecoders() {}

  /**
   * Returns the decoder to use: OpenCV where its libraries are on the class path and load, else
   * Java's ImageIO. Chosen once; the choice and its reason are logged.
   */
  public static ImageDecoder preferred() {
    return Preferred.INSTANCE;
  }

  /** Returns the decoder on Java's ImageIO, which is always there. */
  public static ImageDecoder imageIo() {
    return new ImageIoDecoder();
  }

  /**
   * Returns the decoder on OpenCV.
   *
   * @throws UnsupportedOperationException if OpenCV is not on the class path or does not load
   */
  public static ImageDecoder openCv() {
    try {
      return OpenCvDecoder.load();
    } catch (LinkageError e) {
      throw new UnsupportedOperationException(
          "OpenCV cannot be loaded ("
              + e
              + "); add org.bytedeco:opencv and org.bytedeco:openblas with the classifier of this"
              + " platform, or use ImageDecoders.imageIo()",
          e);
    }
  }

  private static final class Preferred {
    static final ImageDecoder INSTANCE = choose();

    private static ImageDecoder choose() {
      try {
        ImageDecoder decoder = openCv();
        LOG.info("pictures are decoded by {}", decoder.describe());
        return decoder;
      } catch (UnsupportedOperationException e) {
        ImageDecoder decoder = imageIo();
        LOG.info("pictures are decoded by {}: {}", decoder.describe(), e.getMessage());
        return decoder;
      }
    }
  }
}
