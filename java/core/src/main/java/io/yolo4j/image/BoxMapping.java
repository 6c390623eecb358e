package io.yolo4j.image;

/**
 * The way of boxes from the network's frame back to the original picture: {@code (x − offset) /
 * gain}, clipped, in float32.
 *
 * @param gainX frame pixels per original pixel, horizontally
 * @param gainY the same vertically
 * @param offsetX where the picture starts in the frame, from the left
 * @param offsetY the same from the top
 * @param original the original picture's size
 */
public record BoxMapping(
    double gainX, double gainY, double offsetX, double offsetY, ImageSize original) {
  /** Checks the values. */
  public BoxMapping {
    if (!(gainX > 0) || !(gainY > 0)) {
      throw new IllegalArgumentException(
          "gains must be positive, got %s and %s".formatted(gainX, gainY));
    }
  }

  /**
   * Returns the exact mapping: each axis by its own ratio, from the first real column and row of
   * the picture in the frame.
   *
   * @param letterbox the frame's geometry
   * @param original the picture's size before the loader resized it; the letterbox's source where
   *     none did
   */
  public static BoxMapping exact(Letterbox letterbox, ImageSize original) {
    return new BoxMapping(
        (double) letterbox.resized().width() / original.width(),
        (double) letterbox.resized().height() / original.height(),
        letterbox.left(),
        letterbox.top(),
        original);
  }

  /**
   * Returns the mapping of the Python reference for data-set pictures: the loader's height ratio on
   * both axes, padding before rounding. Off by up to a pixel where the loader truncated a side.
   *
   * @param letterbox the frame's geometry, of the loaded picture
   * @param original the picture's size before loading
   */
  public static BoxMapping compatible(Letterbox letterbox, ImageSize original) {
    double gain = (double) letterbox.source().height() / original.height();
    return new BoxMapping(gain, gain, letterbox.padX(), letterbox.padY(), original);
  }

  /**
   * Returns the mapping of the Python reference where only the two sizes are known: the smaller
   * ratio, the rest split evenly.
   *
   * @param frame the network's frame
   * @param original the original picture
   */
  public static BoxMapping ofSizes(ImageSize frame, ImageSize original) {
    double gain =
        Math.min(
            (double) frame.height() / original.height(), (double) frame.width() / original.width());
    return new BoxMapping(
        gain,
        gain,
        (frame.width() - original.width() * gain) / 2,
        (frame.height() - original.height() * gain) / 2,
        original);
  }

  /** Returns the box in the original picture, clipped to it. */
  public Box toOriginal(Box box) {
    float left = (float) offsetX;
    float top = (float) offsetY;
    float perX = (float) gainX;
    float perY = (float) gainY;
    return new Box(
            (box.x1() - left) / perX,
            (box.y1() - top) / perY,
            (box.x2() - left) / perX,
            (box.y2() - top) / perY)
        .clippedTo(original);
  }
}
