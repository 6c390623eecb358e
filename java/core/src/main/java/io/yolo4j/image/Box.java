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
    float width = size.width();
    float height = size.height();
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
