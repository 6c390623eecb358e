package io.yolo4j.kernels;

import io.yolo4j.bindings.global.Yolo4j;
import java.nio.DoubleBuffer;

/**
 * Kernels on 8-bit RGB pictures, with the same bits on every machine.
 *
 * <p>Threads: safe, as long as nobody else writes to the pictures.
 */
public final class PixelKernels {
  /** Sides of pictures, and what a map sees of the source, must stay below this many pixels. */
  public static final int MOST_PIXELS = 16384;

  private static final int MATRIX_ENTRIES = 6;

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
