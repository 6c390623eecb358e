package io.yolo4j.augment;

import io.yolo4j.data.Polygon;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;

/** An object's outline in pixels, x and y in turn. Immutable. */
final class Outline {
  /** Points that an outline is given before it is transformed. */
  static final int RESAMPLED_POINTS = 1000;

  private final double[] points;

  private Outline(double[] points) {
    this.points = points;
  }

  static Outline of(double... points) {
    return new Outline(points.clone());
  }

  /** Returns the outline in a frame that holds a picture of this size at an offset. */
  static Outline of(Polygon polygon, ImageSize size, double offsetX, double offsetY) {
    double[] points = new double[2 * polygon.size()];
    for (int i = 0; i < polygon.size(); i++) {
      points[2 * i] = size.width() * polygon.x(i) + offsetX;
      points[2 * i + 1] = size.height() * polygon.y(i) + offsetY;
    }
    return new Outline(points);
  }

  int size() {
    return points.length / 2;
  }

  double x(int point) {
    return points[2 * point];
  }

  double y(int point) {
    return points[2 * point + 1];
  }

  /** Returns the outline with every point moved into a region, its edges included. */
  Outline clippedTo(Region region) {
    double[] clipped = new double[points.length];
    for (int i = 0; i < points.length; i += 2) {
      clipped[i] = Math.min(Math.max(points[i], region.left()), region.right());
      clipped[i + 1] = Math.min(Math.max(points[i + 1], region.top()), region.bottom());
    }
    return new Outline(clipped);
  }

  /** Returns the outline mirrored left to right in a frame of this width. */
  Outline mirrored(int width) {
    double[] mirrored = points.clone();
    for (int i = 0; i < points.length; i += 2) {
      mirrored[i] = width - points[i];
    }
    return new Outline(mirrored);
  }

  /**
   * Returns the outline with {@code count} points from the first to the last one, linear between
   * neighbours and equally many on every edge; the edge from the last to the first gets none.
   */
  Outline resampled(int count) {
    double[] resampled = new double[2 * count];
    int last = size() - 1;
    for (int i = 0; i < count; i++) {
      double place = (double) i * last / (count - 1);
      int from = Math.min((int) place, last - 1);
      double share = place - from;
      resampled[2 * i] = x(from) + share * (x(from + 1) - x(from));
      resampled[2 * i + 1] = y(from) + share * (y(from + 1) - y(from));
    }
    return new Outline(resampled);
  }

  /**
   * Returns the smallest box around the part of the mapped outline that lies in the frame; zeros
   * where none does. Points behind the viewer count as outside.
   */
  Box boxAfter(Homography map, ImageSize frame) {
    Outline fine = resampled(RESAMPLED_POINTS);
    double[] mapped = new double[fine.points.length];
    for (int i = 0; i < fine.size(); i++) {
      boolean visible = map.w(fine.x(i), fine.y(i)) > 0;
      mapped[2 * i] = visible ? map.x(fine.x(i), fine.y(i)) : -1;
      mapped[2 * i + 1] = map.y(fine.x(i), fine.y(i));
    }
    return Box.around(mapped, frame);
  }
}
