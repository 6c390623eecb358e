package io.yolo4j.image;

/**
 * The size of a picture.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
public record ImageSize(int width, int height) {
  /** Checks the values. */
  public ImageSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a picture must be at least 1x1 pixels, got " + width + "x" + height);
    }
  }

  /** Returns the size with width and height exchanged. */
  public ImageSize transposed() {
    return new ImageSize(/* width= */ height, /* height= */ width);
  }

  /** Returns the size as {@code 640x480}, width first. */
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
