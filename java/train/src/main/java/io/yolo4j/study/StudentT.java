package io.yolo4j.study;

/** Quantiles of Student's t distribution with a whole number of degrees of freedom. */
final class StudentT {
  private static final int STEPS = 200;

  private StudentT() {}

  /**
   * Returns t with P(|T| ≤ t) = share.
   *
   * @param share over 0 and under 1
   * @param freedom degrees of freedom, at least 1
   */
  static double twoSided(double share, int freedom) {
    if (!(share > 0 && share < 1) || freedom < 1) {
      throw new IllegalArgumentException(
          "a quantile needs a share over 0 and under 1 and at least 1 degree of freedom, got %s and %d"
              .formatted(share, freedom));
    }
    // tan(θ) = t/√ν, so that all of the line is a finite interval.
    double low = 0;
    double high = Math.PI / 2;
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (within(middle, freedom) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.tan((low + high) / 2) * Math.sqrt(freedom);
  }

  /** P(|T| ≤ √ν·tan θ): Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3-4. */
  private static double within(double theta, int freedom) {
    double cosine = Math.cos(theta);
    boolean odd = freedom % 2 == 1;
    double term = odd ? cosine : 1;
    double sum = freedom == 1 ? 0 : term;
    for (int k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
      term *= cosine * cosine * (k - 1) / k;
      sum += term;
    }
    double series = Math.sin(theta) * sum;
    return odd ? 2 / Math.PI * (theta + series) : series;
  }
}
