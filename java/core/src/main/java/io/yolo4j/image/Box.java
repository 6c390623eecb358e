package io.yolo4j.image;

/**
 * A box by its corners, in pixels: x grows to the right, y downwards.
 *
 * @param x1 left
 * @param y1 top
 * @param x2 right
 * @param y2 bottom
 */
public record Box(float x1, float y1, float x2, float y2) {
  /** Returns the box with this centre and size. */
  public static Box ofCentre(float centreX, float centreY, float width, float height) {
    return new Box(
        centreX - width / 2, centreY - height / 2, centreX + width / 2, centreY + height / 2);
  }

  /**
   * Returns the smallest box around those points that lie inside a picture, its edges included; a
   * box of zeros where none does.
   *
   * @param points x and y in turn, in pixels
   * @throws IllegalArgumentException if the count is odd
   */
  public static Box around(double[] points, ImageSize picture) {
    if (points.length % 2 != 0) {
      throw new IllegalArgumentException(
          "points must have as many x as y, got " + points.length + " numbers");
    }
    double x1 = Double.POSITIVE_INFINITY;
    double y1 = Double.POSITIVE_INFINITY;
    double x2 = Double.NEGATIVE_INFINITY;
    double y2 = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < points.length; i += 2) {
      double x = points[i];
      double y = points[i + 1];
      if (x >= 0 && y >= 0 && x <= picture.width() && y <= picture.height()) {
        x1 = Math.min(x1, x);
        y1 = Math.min(y1, y);
        x2 = Math.max(x2, x);
        y2 = Math.max(y2, y);
      }
    }
    return x1 > x2 ? new Box(0, 0, 0, 0) : new Box((float) x1, (float) y1, (float) x2, (float) y2);
  }

  /** Returns the horizontal centre. */
  public float centreX() {
    return (x1 + x2) / 2;
  }

  /** Returns the vertical centre. */
  public float centreY() {
    return (y1 + y2) / 2;
  }

  /** Returns x2 − x1. */
  public float width() {
    return x2 - x1;
  }

  /** Returns y2 − y1. */
  public float height() {
    return y2 - y1;
  }

  /** Returns width·height. */
  public float area() {
    return width() * height();
  }

  /** Returns the box with its corners moved into a picture of this size. */
  public Box clippedTo(ImageSize size) {
    return clippedTo(size.width(), size.height());
  }

  /**
   * Returns the box with its corners moved into [0, width] × [0, height]; a training set takes a
   * little less than the picture's size, so that no centre lies on its far edge.
   */
  public Box clippedTo(float width, float height) {
    return new Box(clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height));
  }

  private static float clamp(float value, float high) {
    return Math.min(Math.max(value, 0), high);
  }

  /** Returns centre and size as fractions of a picture of this size. */
  public NormalizedBox normalized(ImageSize size) {
    double width = size.width();
    double height = size.height();
    return new NormalizedBox(
        ((double) x1 + x2) / 2 / width,
        ((double) y1 + y2) / 2 / height,
        ((double) x2 - x1) / width,
        ((double) y2 - y1) / height);
  }

  /**
   * Returns the intersection over union: inter / (area + area − inter) in float32 without an
   * epsilon, so that two boxes without area give NaN.
   */
  public float iou(Box other) {
    float width = Math.max(Math.min(x2, other.x2) - Math.max(x1, other.x1), 0);
    float height = Math.max(Math.min(y2, other.y2) - Math.max(y1, other.y1), 0);
    float inter = width * height;
    return inter / (area() + other.area() - inter);
  }
}
