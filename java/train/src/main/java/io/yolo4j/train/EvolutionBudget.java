package io.yolo4j.train;

import java.time.Duration;

/**
 * How long an evolution may go on: until one of both is used up.
 *
 * @param trials runs altogether, those of earlier processes that the file holds included
 * @param time from the start of this process's first run; a run that has begun is finished
 */
public record EvolutionBudget(int trials, Duration time) {
  private static final Duration UNLIMITED = Duration.ofDays(36_500);

  /** Checks the values. */
  public EvolutionBudget {
    if (trials < 1) {
      throw new IllegalArgumentException("trials must be at least 1, got " + trials);
    }
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("the time must be above 0, got " + time);
    }
  }

  /** Returns a budget of runs, whatever time they take. */
  public static EvolutionBudget ofTrials(int trials) {
    return new EvolutionBudget(trials, UNLIMITED);
  }

  /** Returns a budget of time, however many runs fit. */
  public static EvolutionBudget ofTime(Duration time) {
    return new EvolutionBudget(Integer.MAX_VALUE, time);
  }
}
