package io.yolo4j.kernels;

import io.yolo4j.bindings.global.Yolo4j;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;

/**
 * Kernels on 8-bit RGB pictures, with the same bits on every machine.
 *
 * <p>Threads: safe, as long as nobody else writes to the pictures.
 */
public final class PixelKernels {
  /**
   * Sides of pictures that {@link #warpAffine} takes, and what its map sees of the source, must
   * stay below this many pixels.
   */
  public static final int MOST_PIXELS = 16384;

  private static final int MATRIX_ENTRIES = 6;
  private static final int CHANNELS = 3;

  /** Sides of pictures that {@link #resize} takes are at most so long. */
  public static final int MOST_RESIZED = Yolo4j.YOLO4J_MOST_RESIZED;

  private PixelKernels() {}

  /**
   * Draws an affine picture of a picture, bilinear with weights in 1/128.
   *
   * @param matrix a, b, c, d, e, f: the centre (x, y) of a target pixel looks at the place (a·x +
   *     b·y + c, d·x + e·y + f) between the centres of the source's pixels
   * @param target written completely; must not overlap the source
   * @param fill 0 to 255, the grey of what lies outside the source
   * @throws NativeException if a place lies {@link #MOST_PIXELS} pixels away or more, a number is
   *     out of range, or {@code YOLO4J_ISA} asks for what this CPU can't run
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static void warpAffine(RgbPixels source, double[] matrix, RgbPixels target, int fill) {
    if (matrix.length != MATRIX_ENTRIES) {
      throw new IllegalArgumentException("an affine matrix has 6 entries, got " + matrix.length);
    }
    NativeLibrary.load();
    NativeLibrary.check(
        "yolo4j_warp_affine_u8",
        Yolo4j.yolo4j_warp_affine_u8(
            source.bytes(),
            source.width(),
            source.height(),
            DoubleBuffer.wrap(matrix),
            target.bytes(),
            target.width(),
            target.height(),
            fill));
  }

  /**
   * Draws a picture in another size, bilinear with 11-bit weights as OpenCV's for 8 bits: the same
   * bits as {@code io.yolo4j.image.Resize}.
   *
   * @param rgb the source: height·width·3 bytes; the garbage collector may have to wait for the run
   * @param width of the source in pixels
   * @param height of the source in pixels
   * @param target direct; the first pixel goes to its position
   * @param stride bytes from a row of the target to the next, below 2^31
   * @param targetWidth in pixels
   * @param targetHeight in pixels
   * @throws IllegalArgumentException if an array or a buffer is too small or can't be written, or a
   *     side isn't within 1 and {@link #MOST_RESIZED}
   * @throws NativeException if {@code YOLO4J_ISA} asks for what this CPU can't run
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static void resize(
      byte[] rgb,
      int width,
      int height,
      ByteBuffer target,
      long stride,
      int targetWidth,
      int targetHeight) {
    requireSides(width, height);
    requireSides(targetWidth, targetHeight);
    long needed = (targetHeight - 1L) * stride + (long) targetWidth * CHANNELS;
    boolean writable = target.isDirect() && !target.isReadOnly();
    if (stride < (long) targetWidth * CHANNELS
        || stride > Integer.MAX_VALUE
        || rgb.length < (long) width * height * CHANNELS
        || !writable
        || target.remaining() < needed) {
      throw new IllegalArgumentException(
          "%dx%d to %dx%d pixels with rows %d bytes apart need %d bytes and a direct, writable buffer of %d, got %d and %s of %d"
              .formatted(
                  width,
                  height,
                  targetWidth,
                  targetHeight,
                  stride,
                  (long) width * height * CHANNELS,
                  needed,
                  rgb.length,
                  writable ? "one" : "another one",
                  target.remaining()));
    }
    NativeLibrary.load();
    NativeLibrary.check(
        "yolo4j_resize_u8",
        Yolo4j.yolo4j_resize_u8(target, stride, targetWidth, targetHeight, width, height, rgb));
  }

  private static void requireSides(int width, int height) {
    if (width < 1 || height < 1 || width > MOST_RESIZED || height > MOST_RESIZED) {
      throw new IllegalArgumentException(
          "sides must be from 1 to %d pixels, got %dx%d".formatted(MOST_RESIZED, width, height));
    }
  }

  /**
   * Multiplies hue, saturation and value in place, in 8-bit HSV with hues 0 to 179: fractions are
   * cut off, hue wraps around, saturation and value end at 255.
   *
   * @param hue gain, 0 to 2
   * @param saturation gain, 0 to 2
   * @param value gain, 0 to 2
   * @throws NativeException if a gain is out of range, or {@code YOLO4J_ISA} asks for what this CPU
   *     can't run
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static void adjustHsv(RgbPixels pixels, double hue, double saturation, double value) {
    NativeLibrary.load();
    NativeLibrary.check(
        "yolo4j_adjust_hsv_u8",
        Yolo4j.yolo4j_adjust_hsv_u8(pixels.bytes(), pixels.pixels(), hue, saturation, value));
  }
}
