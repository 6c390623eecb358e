package io.yolo4j.kernels;

import java.nio.ByteBuffer;

/**
 * A view of an 8-bit RGB picture in native memory: interleaved, rows without gaps.
 *
 * <p>Ownership: whoever made the buffer keeps its memory alive while the view is used.
 *
 * @param bytes direct; the first pixel lies at its position
 * @param width in pixels
 * @param height in pixels
 */
public record RgbPixels(ByteBuffer bytes, int width, int height) {
  private static final int CHANNELS = 3;

  /** Checks the values. */
  public RgbPixels {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a picture must be at least 1x1 pixels, got %dx%d".formatted(width, height));
    }
    if (!bytes.isDirect() || bytes.remaining() < (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "a picture of %dx%d needs a direct buffer of %d bytes, got %s with %d"
              .formatted(
                  width,
                  height,
                  (long) width * height * CHANNELS,
                  bytes.isDirect() ? "a direct one" : "one on the heap",
                  bytes.remaining()));
    }
  }

  /** Returns the number of pixels. */
  public long pixels() {
    return (long) width * height;
  }
}
