package io.yolo4j.image;

/**
 * A box by its centre and size, as fractions of a picture's width and height: the form of label
 * files.
 *
 * @param centreX 0 left edge, 1 right edge
 * @param centreY 0 upper edge, 1 lower edge
 * @param width fraction of the picture's width
 * @param height fraction of the picture's height
 */
public record NormalizedBox(double centreX, double centreY, double width, double height) {
  /** Returns the corners in a picture of this size. */
  public Box toPixels(ImageSize size) {
    return toPixels(size, 0, 0);
  }

  /**
   * Returns the corners in a frame that holds a picture of this size at an offset.
   *
   * @param offsetX pixels on the picture's left
   * @param offsetY pixels above the picture
   */
  public Box toPixels(ImageSize size, double offsetX, double offsetY) {
    return new Box(
        (float) (size.width() * (centreX - width / 2) + offsetX),
        (float) (size.height() * (centreY - height / 2) + offsetY),
        (float) (size.width() * (centreX + width / 2) + offsetX),
        (float) (size.height() * (centreY + height / 2) + offsetY));
  }

  /** Returns the box with its corners moved into the picture. */
  public NormalizedBox clipped() {
    return ofCorners(
        clamp(centreX - width / 2),
        clamp(centreY - height / 2),
        clamp(centreX + width / 2),
        clamp(centreY + height / 2));
  }

  private static double clamp(double value) {
    return Math.min(Math.max(value, 0), 1);
  }

  /** Returns the box of these corners, all fractions. */
  public static NormalizedBox ofCorners(double x1, double y1, double x2, double y2) {
    return new NormalizedBox((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1);
  }

  /**
   * Returns the smallest box around a polygon.
   *
   * @param points x and y in turn, fractions; at least one point
   * @throws IllegalArgumentException if the count is odd or 0
   */
  public static NormalizedBox around(double... points) {
    if (points.length == 0 || points.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a polygon needs at least one point and as many x as y, got "
              + points.length
              + " numbers");
    }
    double x1 = points[0];
    double y1 = points[1];
    double x2 = x1;
    double y2 = y1;
    for (int i = 2; i < points.length; i += 2) {
      x1 = Math.min(x1, points[i]);
      x2 = Math.max(x2, points[i]);
      y1 = Math.min(y1, points[i + 1]);
      y2 = Math.max(y2, points[i + 1]);
    }
    return ofCorners(x1, y1, x2, y2);
  }
}
