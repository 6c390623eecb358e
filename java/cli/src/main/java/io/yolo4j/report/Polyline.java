package io.yolo4j.report;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Points of a line on the page, fewer than were measured: those that lie within a tolerance of the
 * straight line through the others are left out (Ramer 1972; Douglas and Peucker 1973).
 */
final class Polyline {
  private double[] x = new double[16];
  private double[] y = new double[16];
  private int points;

  /** Adds a point. */
  void add(double atX, double atY) {
    if (points == x.length) {
      x = Arrays.copyOf(x, 2 * points);
      y = Arrays.copyOf(y, 2 * points);
    }
    x[points] = atX;
    y[points] = atY;
    points++;
  }

  /** Returns the number of points. */
  int size() {
    return points;
  }

  double x(int point) {
    return x[point];
  }

  double y(int point) {
    return y[point];
  }

  /** Forgets all points. */
  void clear() {
    points = 0;
  }

  /** Returns the points that matter, as SVG writes them. */
  String simplified(double tolerance) {
    boolean[] kept = kept(tolerance);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < points; i++) {
      if (kept[i]) {
        text.append(text.isEmpty() ? "" : " ")
            .append(number(x[i]))
            .append(',')
            .append(number(y[i]));
      }
    }
    return text.toString();
  }

  private boolean[] kept(double tolerance) {
    boolean[] kept = new boolean[points];
    Deque<int[]> spans = new ArrayDeque<>();
    if (points > 0) {
      kept[0] = true;
      kept[points - 1] = true;
      spans.push(new int[] {0, points - 1});
    }
    while (!spans.isEmpty()) {
      int[] span = spans.pop();
      int farthest = farthest(span[0], span[1], tolerance);
      if (farthest > 0) {
        kept[farthest] = true;
        spans.push(new int[] {span[0], farthest});
        spans.push(new int[] {farthest, span[1]});
      }
    }
    return kept;
  }

  /** Returns the point between two that is farthest from their line; 0 where all are near. */
  private int farthest(int from, int to, double tolerance) {
    double dx = x[to] - x[from];
    double dy = y[to] - y[from];
    double length = Math.hypot(dx, dy);
    double most = tolerance;
    int farthest = 0;
    for (int i = from + 1; i < to; i++) {
      double distance =
          length == 0
              ? Math.hypot(x[i] - x[from], y[i] - y[from])
              : Math.abs(dx * (y[i] - y[from]) - dy * (x[i] - x[from])) / length;
      if (distance > most) {
        most = distance;
        farthest = i;
      }
    }
    return farthest;
  }

  /** Returns a coordinate with at most two decimals; a page has tens of thousands of them. */
  static String number(double value) {
    long hundredths = Math.round(value * 100);
    long rest = Math.abs(hundredths % 100);
    String whole = (hundredths < 0 ? "-" : "") + Math.abs(hundredths / 100);
    if (rest == 0) {
      return whole;
    }
    return whole + (rest % 10 == 0 ? "." + rest / 10 : rest < 10 ? ".0" + rest : "." + rest);
  }
}
