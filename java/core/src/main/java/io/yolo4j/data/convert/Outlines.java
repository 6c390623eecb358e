package io.yolo4j.data.convert;

import java.util.List;

/**
 * Joins the parts of an outline. A row of a label file holds one outline; the parts of an object
 * that something hides in the middle are joined by a line there and back, which has no area.
 */
final class Outlines {
  private Outlines() {}

  /**
   * Returns one outline of all parts, each joined to those before it between the two closest
   * points.
   *
   * @param parts x and y in turn
   * @return no points for no parts
   */
  static double[] joined(List<double[]> parts) {
    double[] joined = new double[0];
    for (double[] part : parts) {
      joined = joined.length == 0 ? part : join(joined, part);
    }
    return joined;
  }

  /* Up to point i of the first, once around the second from its point k, back to i and on. */
  private static double[] join(double[] first, double[] second) {
    int[] closest = closest(first, second);
    int i = closest[0];
    int k = closest[1];
    double[] joined = new double[first.length + second.length + 4];
    System.arraycopy(first, 0, joined, 0, i + 2);
    int at = i + 2;
    System.arraycopy(second, k, joined, at, second.length - k);
    at += second.length - k;
    System.arraycopy(second, 0, joined, at, k + 2);
    at += k + 2;
    System.arraycopy(first, i, joined, at, first.length - i);
    return joined;
  }

  private static int[] closest(double[] first, double[] second) {
    int[] closest = new int[2];
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < first.length; i += 2) {
      for (int k = 0; k < second.length; k += 2) {
        double distance = Math.hypot(first[i] - second[k], first[i + 1] - second[k + 1]);
        if (distance < least) {
          least = distance;
          closest[0] = i;
          closest[1] = k;
        }
      }
    }
    return closest;
  }
}
