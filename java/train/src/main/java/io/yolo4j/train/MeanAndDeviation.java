package io.yolo4j.train;

import java.util.List;

/**
 * A mean and how far values lie from it.
 *
 * @param mean of the values
 * @param deviation their standard deviation as a sample, √(Σ(x − mean)² / (n − 1)); 0 for one value
 */
public record MeanAndDeviation(double mean, double deviation) {
  /** Returns those of at least one value. */
  public static MeanAndDeviation of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a mean needs at least one value, got none");
    }
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    double deviation = values.size() == 1 ? 0 : Math.sqrt(squares / (values.size() - 1));
    return new MeanAndDeviation(mean, deviation);
  }
}
