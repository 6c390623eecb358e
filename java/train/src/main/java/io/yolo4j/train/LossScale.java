package io.yolo4j.train;

/**
 * The factor that keeps float16 gradients from vanishing (Micikevicius et al. 2018): halved after a
 * step with a gradient that is not finite, doubled after {@value #GROWTH_INTERVAL} steps without.
 * Immutable.
 *
 * @param value the factor
 * @param finiteSteps steps since it last changed
 */
public record LossScale(double value, int finiteSteps) {
  /** Below it, larger gradients aren't what makes them infinite. */
  private static final double LEAST = 1.0 / 1024;

  private static final int GROWTH_INTERVAL = 2000;
  private static final double INITIAL = 65536;

  /** Checks the values. */
  public LossScale {
    if (!(value > 0) || Double.isInfinite(value) || finiteSteps < 0) {
      throw new IllegalArgumentException(
          "a loss scale must be above 0 and its steps not negative, got %s and %d"
              .formatted(value, finiteSteps));
    }
  }

  /** Returns the factor of a run's first step, 65536. */
  public static LossScale initial() {
    return new LossScale(INITIAL, 0);
  }

  /** Returns whether so small a factor tells that something else is wrong. */
  public boolean isExhausted() {
    return value < LEAST;
  }

  /** Returns the factor after a step. */
  public LossScale after(boolean finite) {
    if (!finite) {
      return new LossScale(value / 2, 0);
    }
    return finiteSteps + 1 == GROWTH_INTERVAL
        ? new LossScale(value * 2, 0)
        : new LossScale(value, finiteSteps + 1);
  }
}
