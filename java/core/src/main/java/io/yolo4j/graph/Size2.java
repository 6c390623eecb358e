package io.yolo4j.graph;

/**
 * A pair of vertical and horizontal extents: kernel, stride, padding, dilation.
 *
 * @param height vertical extent
 * @param width horizontal extent
 */
public record Size2(int height, int width) {
  /** Checks that neither is negative. */
  public Size2 {
    if (height < 0 || width < 0) {
      throw new IllegalArgumentException(
          "extents must not be negative, got %dx%d".formatted(height, width));
    }
  }

  /** Returns equal extents. */
  public static Size2 square(int side) {
    return new Size2(side, side);
  }

  /**
   * Returns half of each, rounded down: the padding that keeps the size at stride 1 for odd
   * kernels.
   */
  public Size2 half() {
    return new Size2(height / 2, width / 2);
  }

  /** Returns the product of both. */
  public long area() {
    return (long) height * width;
  }

  /** Returns {@code 3} for a square, otherwise {@code 1x3}. */
  @Override
  public String toString() {
    return height == width ? String.valueOf(height) : height + "x" + width;
  }
}
