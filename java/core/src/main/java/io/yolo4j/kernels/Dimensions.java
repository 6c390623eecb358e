package io.yolo4j.kernels;

/**
 * The dimensions of a batch of feature maps, whatever its layout.
 *
 * @param images N
 * @param channels C
 * @param height H
 * @param width W
 */
public record Dimensions(long images, long channels, long height, long width) {
  /** Checks that all are positive and that their product can be counted. */
  public Dimensions {
    if (images < 1 || channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "dimensions must be positive, got [%d,%d,%d,%d]"
              .formatted(images, channels, height, width));
    }
    Math.multiplyExact(Math.multiplyExact(images, channels), Math.multiplyExact(height, width));
  }

  /** Returns N·C·H·W. */
  public long elements() {
    return images * channels * height * width;
  }

  /** Returns H·W. */
  public long pixels() {
    return height * width;
  }
}
