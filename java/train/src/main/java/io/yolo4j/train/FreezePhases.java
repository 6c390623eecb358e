package io.yolo4j.train;

import java.util.List;
import java.util.Optional;

/**
 * When parameters stand still: never, always, or for the first epochs, after which they thaw and
 * everything trains at a lower rate.
 *
 * @param plan what stands still; empty for nothing
 * @param frozenEpochs epochs from the first on for which it does; {@link Integer#MAX_VALUE} for all
 * @param thawedRate factor of all learning rates from then on
 */
public record FreezePhases(Optional<FreezePlan> plan, int frozenEpochs, double thawedRate) {
  /** The usual rate after thawing, as a share of the one before. */
  public static final double THAWED_RATE = 1.0 / 3;

  /** Checks the values. */
  public FreezePhases {
    if (frozenEpochs < 0) {
      throw new IllegalArgumentException("frozen epochs must not be negative, got " + frozenEpochs);
    }
    if (!(thawedRate > 0 && thawedRate <= 1)) {
      throw new IllegalArgumentException(
          "the rate after the thaw must be above 0 and at most 1 times the rate before, got "
              + thawedRate);
    }
  }

  /** Returns phases in which everything trains. */
  public static FreezePhases none() {
    return new FreezePhases(Optional.empty(), 0, 1);
  }

  /** Returns phases in which the parameters of a plan never train. */
  public static FreezePhases always(FreezePlan plan) {
    return new FreezePhases(Optional.of(plan), Integer.MAX_VALUE, 1);
  }

  /**
   * Returns phases in which the parameters of a plan train after some epochs, at a lower rate.
   *
   * @param thawedRate for example 1.0 / 3
   */
  public static FreezePhases thawing(FreezePlan plan, int frozenEpochs, double thawedRate) {
    return new FreezePhases(Optional.of(plan), frozenEpochs, thawedRate);
  }

  /**
   * Consecutive epochs of a run that train alike.
   *
   * @param firstEpoch its first epoch, from 0
   * @param epochs its epochs, at least 1
   * @param frozen whether the plan's parameters stand still
   * @param rate factor of all learning rates
   */
  public record Phase(int firstEpoch, int epochs, boolean frozen, double rate) {}

  /** Returns whether the plan's parameters stand still in an epoch. */
  public boolean frozenIn(int epoch) {
    return plan.isPresent() && epoch < frozenEpochs;
  }

  /** Returns the factor of all learning rates in an epoch. */
  public double rateIn(int epoch) {
    return plan.isEmpty() || epoch < frozenEpochs ? 1 : thawedRate;
  }

  /** Returns the one or two phases of a run, for a schedule each or one over both. */
  public List<Phase> phases(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, got " + epochs);
    }
    int frozen = plan.isPresent() ? Math.min(frozenEpochs, epochs) : 0;
    Phase first = new Phase(0, frozen, true, 1);
    Phase second = new Phase(frozen, epochs - frozen, false, rateIn(frozen));
    if (frozen == 0) {
      return List.of(second);
    }
    return frozen == epochs ? List.of(first) : List.of(first, second);
  }
}
