package io.yolo4j.study;

import io.yolo4j.train.MeanAndDeviation;
import java.util.List;

/**
 * What several seeds say about a value together.
 *
 * @param runs number of values
 * @param mean of the values
 * @param deviation their standard deviation as a sample; 0 for one value
 * @param low lower end of the interval; NaN for one value, which has none
 * @param high upper end of the interval
 */
public record Estimate(int runs, double mean, double deviation, double low, double high) {
  /** The probability with which intervals hold the mean of all seeds, if values are normal. */
  public static final double CONFIDENCE = 0.95;

  /**
   * Returns the mean, the standard deviation and the t-interval mean ± t·s/√n, where t is the
   * quantile of Student's distribution with n − 1 degrees of freedom.
   *
   * @param values one a seed, at least one
   */
  public static Estimate of(List<Double> values) {
    MeanAndDeviation figures = MeanAndDeviation.of(values);
    int n = values.size();
    double half =
        n == 1
            ? Double.NaN
            : StudentT.twoSided(CONFIDENCE, n - 1) * figures.deviation() / Math.sqrt(n);
    return new Estimate(
        n, figures.mean(), figures.deviation(), figures.mean() - half, figures.mean() + half);
  }

  /** Returns whether there is an interval: there is none for one value. */
  public boolean hasInterval() {
    return runs > 1;
  }

  /**
   * Returns whether this lies above another one: the intervals have no point in common. False where
   * one of them has no interval.
   */
  public boolean above(Estimate other) {
    return hasInterval() && other.hasInterval() && low > other.high;
  }

  /** Returns half of the interval's length; NaN without one. */
  public double half() {
    return (high - low) / 2;
  }
}
