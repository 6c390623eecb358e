package io.yolo4j.augment;

/**
 * A plane's projective map: x' = (a·x + b·y + c)/w and y' = (d·x + e·y + f)/w with w = g·x + h·y +
 * i. Immutable.
 */
final class Homography {
  private final double[] m;

  private Homography(double... m) {
    this.m = m;
  }

  static Homography of(
      double a, double b, double c, double d, double e, double f, double g, double h, double i) {
    return new Homography(a, b, c, d, e, f, g, h, i);
  }

  static Homography identity() {
    return of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  }

  static Homography translation(double x, double y) {
    return of(1, 0, x, 0, 1, y, 0, 0, 1);
  }

  /** Returns the map that applies {@code first}, then this one. */
  Homography after(Homography first) {
    double[] product = new double[9];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        for (int k = 0; k < 3; k++) {
          product[3 * row + column] += m[3 * row + k] * first.m[3 * k + column];
        }
      }
    }
    return new Homography(product);
  }

  /** Returns an entry, row by row. */
  double at(int row, int column) {
    return m[3 * row + column];
  }

  /** Returns whether parallels stay parallel: w is 1 everywhere. */
  boolean isAffine() {
    return m[6] == 0 && m[7] == 0 && m[8] == 1;
  }

  boolean isIdentity() {
    return isAffine() && m[0] == 1 && m[1] == 0 && m[2] == 0 && m[3] == 0 && m[4] == 1 && m[5] == 0;
  }

  /** Returns w: at 0 lies the horizon, and what is below 0 lies behind the viewer. */
  double w(double x, double y) {
    return m[6] * x + m[7] * y + m[8];
  }

  double x(double x, double y) {
    return (m[0] * x + m[1] * y + m[2]) / w(x, y);
  }

  double y(double x, double y) {
    return (m[3] * x + m[4] * y + m[5]) / w(x, y);
  }

  /** Returns the inverse, by the adjugate. */
  Homography inverse() {
    double a = m[4] * m[8] - m[5] * m[7];
    double d = m[5] * m[6] - m[3] * m[8];
    double g = m[3] * m[7] - m[4] * m[6];
    double determinant = m[0] * a + m[1] * d + m[2] * g;
    if (!(Math.abs(determinant) > 0)) {
      throw new IllegalStateException("the map cannot be inverted, its determinant is 0");
    }
    double[] inverse = {
      a, m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      d, m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      g, m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]
    };
    for (int i = 0; i < 9; i++) {
      inverse[i] /= determinant;
    }
    if (isAffine()) {
      // Exactly, whatever the division rounds to.
      inverse[8] = 1;
    }
    return new Homography(inverse);
  }
}
