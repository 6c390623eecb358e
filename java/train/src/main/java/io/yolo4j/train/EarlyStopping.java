package io.yolo4j.train;

/**
 * Decides when a run has stopped getting better. Immutable: {@link #after} returns what is known
 * after an epoch.
 *
 * @param patience epochs without a better fitness after which to stop; 0 never stops
 * @param bestEpoch the epoch of the best fitness; of several the last
 * @param bestFitness the best fitness, at least 0
 */
public record EarlyStopping(int patience, int bestEpoch, double bestFitness) {
  /** Checks the values. */
  public EarlyStopping {
    if (patience < 0) {
      throw new IllegalArgumentException(
          "patience must not be negative (0 never stops), got " + patience);
    }
    if (bestEpoch < 0 || !(bestFitness >= 0)) {
      throw new IllegalArgumentException(
          "best epoch and best fitness must not be negative, got %d and %s"
              .formatted(bestEpoch, bestFitness));
    }
  }

  /** Returns the state before the first epoch. */
  public static EarlyStopping of(int patience) {
    return new EarlyStopping(patience, 0, 0);
  }

  /** Returns whether a fitness is the best so far; one that equals the best is. */
  public boolean isBest(double fitness) {
    return fitness >= bestFitness;
  }

  /** Returns the state after an epoch. A fitness that is no number is no improvement. */
  public EarlyStopping after(int epoch, double fitness) {
    return isBest(fitness) ? new EarlyStopping(patience, epoch, fitness) : this;
  }

  /** Returns whether to stop after this epoch. */
  public boolean stopsAfter(int epoch) {
    return patience > 0 && epoch - bestEpoch >= patience;
  }

  /** Returns whether the next epoch may be the last. */
  public boolean mayStopAfterNext(int epoch) {
    return patience > 0 && epoch - bestEpoch >= patience - 1;
  }
}
