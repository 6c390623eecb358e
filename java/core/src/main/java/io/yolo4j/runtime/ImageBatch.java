package io.yolo4j.runtime;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A batch of letterboxed pictures, the input of an {@link Executor}: 8-bit RGB, interleaved, [N, H,
 * W, 3], row-major. Executors divide by 255 themselves, so that a quarter of the bytes cross the
 * seam and the pixels need no copy.
 *
 * <p>Ownership: the batch refers to the caller's buffer and does not copy it; leave its content
 * alone while an executor runs.
 *
 * @param pixels a direct buffer; N·H·W·3 bytes from index 0, whatever its position
 * @param images N, at least 1
 * @param height H
 * @param width W
 */
public record ImageBatch(ByteBuffer pixels, int images, int height, int width) {
  /** Channels of a pixel. */
  public static final int CHANNELS = 3;

  /**
   * Returns pictures of random pixels, to measure with: times don't depend on the pixels, but zeros
   * would be special to some processors.
   */
  public static ImageBatch noise(int images, int height, int width) {
    byte[] bytes = new byte[images * height * width * CHANNELS];
    new Random(0).nextBytes(bytes);
    ByteBuffer pixels = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    return new ImageBatch(pixels, images, height, width);
  }

  /**
   * Checks that the pictures fit a network's strides.
   *
   * @throws IllegalArgumentException if a side is no multiple of the largest one
   */
  public void requireMultiplesOf(int stride) {
    if (height % stride != 0 || width % stride != 0) {
      throw new IllegalArgumentException(
          "height and width of a batch must be multiples of the largest stride %d, got %dx%d"
              .formatted(stride, height, width));
    }
  }

  /** Checks that the buffer is direct and large enough. */
  public ImageBatch {
    if (images < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a batch must have positive dimensions, got [%d,%d,%d,3]"
              .formatted(images, height, width));
    }
    if (!pixels.isDirect()) {
      throw new IllegalArgumentException(
          "a batch's pixels must lie in a direct buffer, got a heap buffer");
    }
    long needed = (long) images * height * width * CHANNELS;
    if (pixels.limit() < needed) {
      throw new IllegalArgumentException(
          "a batch [%d,%d,%d,3] needs %d bytes, the buffer's limit is %d"
              .formatted(images, height, width, needed, pixels.limit()));
    }
  }
}
