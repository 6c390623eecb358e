package io.yolo4j.profile;

import java.util.Arrays;
import java.util.List;

/**
 * How long a step of a class takes: {@code max(compute · a, memory · b) + c}, with the seconds that
 * its FLOPs and its bytes take under the roofs. It grows with every one of them.
 *
 * @param arithmetic a: how many times longer than at the peak its FLOPs take
 * @param traffic b: how many times longer than at the bandwidths its bytes take
 * @param issue c: seconds that it takes however small it is
 * @param samples of how many steps it was fitted
 */
public record ClassRule(double arithmetic, double traffic, double issue, int samples) {
  private static final double FIRST_STEP = 0.7;
  private static final double LAST_STEP = 1e-4;

  /** Less than a clock tells: keeps logarithms finite. */
  private static final double LEAST_SECONDS = 1e-9;

  /** Checks the values. */
  public ClassRule {
    if (!(arithmetic >= 0 && traffic >= 0 && issue >= 0) || samples < 1) {
      throw new IllegalArgumentException(
          "a rule needs factors that are not negative and at least 1 sample, got %s, %s, %s of %d"
              .formatted(arithmetic, traffic, issue, samples));
    }
  }

  /** Returns the seconds of a step whose FLOPs and bytes take so long under the roofs. */
  public double seconds(double compute, double memory) {
    return Math.max(compute * arithmetic, memory * traffic) + issue;
  }

  /**
   * Fits a rule: the least sum of relative errors, not of their squares, so that a step that was
   * disturbed doesn't draw it. Long steps weigh more, by the root of their time, for sums are made
   * of them.
   *
   * @throws IllegalArgumentException if there is no sample
   */
  public static ClassRule fit(List<CalibrationSample> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("a rule can't be fitted without samples");
    }
    double least = samples.stream().mapToDouble(CalibrationSample::seconds).min().orElseThrow();
    double compute = ratio(samples, true);
    double traffic = ratio(samples, false);
    double[] best = {};
    double error = Double.POSITIVE_INFINITY;
    // Several starts: where the bytes decide everywhere, the FLOPs' factor has no slope to follow.
    for (double a : new double[] {compute, 1}) {
      for (double b : new double[] {traffic, 1}) {
        for (double c : new double[] {0.9, 0.1}) {
          double[] found =
              descend(samples, new double[] {log(a), log(b), log(Math.max(least, 0) * c)});
          double now = error(samples, found);
          if (now < error) {
            error = now;
            best = found;
          }
        }
      }
    }
    return new ClassRule(Math.exp(best[0]), Math.exp(best[1]), Math.exp(best[2]), samples.size());
  }

  /** The median of measured over least time: of arithmetic or of traffic. */
  private static double ratio(List<CalibrationSample> samples, boolean arithmetic) {
    double[] ratios =
        samples.stream()
            .filter(s -> (arithmetic ? s.compute() : s.memory()) > 0)
            .mapToDouble(s -> s.seconds() / (arithmetic ? s.compute() : s.memory()))
            .sorted()
            .toArray();
    return ratios.length == 0 ? 1 : ratios[ratios.length / 2];
  }

  private static double[] descend(List<CalibrationSample> samples, double[] start) {
    double[] at = start.clone();
    double error = error(samples, at);
    double step = FIRST_STEP;
    while (step > LAST_STEP) {
      boolean better = false;
      // All 26 neighbours: along the ridge of the maximum no single axis leads down.
      for (int direction = 0; direction < 27; direction++) {
        double[] next = neighbour(at, direction, step);
        double now = error(samples, next);
        if (now < error - 1e-12) {
          at = next;
          error = now;
          better = true;
        }
      }
      step = better ? step : step / 2;
    }
    return at;
  }

  private static double[] neighbour(double[] at, int direction, double step) {
    double[] next = Arrays.copyOf(at, at.length);
    int rest = direction;
    for (int i = 0; i < next.length; i++) {
      next[i] += step * (rest % 3 - 1);
      rest /= 3;
    }
    return next;
  }

  private static double error(List<CalibrationSample> samples, double[] logs) {
    double a = Math.exp(logs[0]);
    double b = Math.exp(logs[1]);
    double c = Math.exp(logs[2]);
    double sum = 0;
    double weights = 0;
    for (CalibrationSample s : samples) {
      double predicted = Math.max(s.compute() * a, s.memory() * b) + c;
      double weight = Math.sqrt(Math.max(s.seconds(), LEAST_SECONDS));
      sum += weight * Math.abs(log(predicted) - log(s.seconds()));
      weights += weight;
    }
    return sum / weights;
  }

  private static double log(double seconds) {
    return Math.log(Math.max(seconds, LEAST_SECONDS));
  }
}
