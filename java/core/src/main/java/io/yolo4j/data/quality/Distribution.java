package io.yolo4j.data.quality;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How some numbers are spread. Quantiles are interpolated between the two nearest numbers, at
 * position q·(count − 1).
 *
 * @param count how many numbers; where it is 0, all else is 0
 * @param mean the arithmetic mean
 * @param least the smallest
 * @param p05 5 % are smaller
 * @param p25 a quarter is smaller
 * @param median half are smaller
 * @param p75 three quarters are smaller
 * @param p95 95 % are smaller
 * @param greatest the largest
 */
public record Distribution(
    int count,
    double mean,
    double least,
    double p05,
    double p25,
    double median,
    double p75,
    double p95,
    double greatest) {
  private static final Distribution EMPTY = new Distribution(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Returns the spread of some numbers, which must be finite. */
  public static Distribution of(DoubleStream numbers) {
    double[] sorted = numbers.toArray();
    if (sorted.length == 0) {
      return EMPTY;
    }
    Arrays.sort(sorted);
    if (!Double.isFinite(sorted[0]) || !Double.isFinite(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException(
          "numbers must be finite, got %s to %s".formatted(sorted[0], sorted[sorted.length - 1]));
    }
    return new Distribution(
        sorted.length,
        Arrays.stream(sorted).sum() / sorted.length,
        sorted[0],
        quantile(sorted, .05),
        quantile(sorted, .25),
        quantile(sorted, .5),
        quantile(sorted, .75),
        quantile(sorted, .95),
        sorted[sorted.length - 1]);
  }

  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
