package io.yolo4j.data;

import io.yolo4j.image.NormalizedBox;

/** An object's outline in fractions of the picture. Immutable. */
public final class Polygon {
  private final double[] points;

  /**
   * Creates an outline.
   *
   * @param points x and y in turn, at least three points; copied
   */
  public Polygon(double... points) {
    if (points.length < 6 || points.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a polygon needs at least 3 points and as many x as y, got "
              + points.length
              + " numbers");
    }
    this.points = points.clone();
  }

  /** Returns the number of points. */
  public int size() {
    return points.length / 2;
  }

  /** Returns the horizontal place of a point. */
  public double x(int point) {
    return points[2 * point];
  }

  /** Returns the vertical place of a point. */
  public double y(int point) {
    return points[2 * point + 1];
  }

  /** Returns the smallest box around it. */
  public NormalizedBox box() {
    return NormalizedBox.around(points);
  }
}
