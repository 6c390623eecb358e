package io.yolo4j.train;

import io.yolo4j.train.ScheduleOptions.Curve;
import java.util.Optional;

/**
 * Learning rates, momentum and accumulation of every iteration of a run. Pure: the iteration says
 * everything, except when the last optimizer step was.
 *
 * <p>Iterations count from 0 over all epochs; iteration i belongs to epoch i / batches. Over the
 * warm-up, iterations 0 to {@link #warmupIterations}, everything moves linearly: the rates of
 * weights from 0 to their epoch's rate, that of biases from {@code warmup_bias_lr}, momentum from
 * {@code warmup_momentum}, the batches that are accumulated from 1 to nominal batch / batch.
 *
 * @param hyperparameters rates, momentum, warm-up
 * @param epochs all epochs of the run
 * @param batches batches an epoch
 * @param batchSize pictures a batch
 * @param options curve, floor of the warm-up, nominal batch
 */
public record Schedule(
    Hyperparameters hyperparameters,
    int epochs,
    int batches,
    int batchSize,
    ScheduleOptions options) {
  /** A run of fewer warm-up lengths hardly trains at its full rates. */
  private static final int SHORT_RUN = 3;

  /** Checks the values. */
  public Schedule {
    if (epochs < 1 || batches < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "epochs, batches and batch size must be at least 1, got %d, %d and %d"
              .formatted(epochs, batches, batchSize));
    }
  }

  /** Returns the number of iterations of the run. */
  public long iterations() {
    return (long) epochs * batches;
  }

  /** Returns the iteration that ends the warm-up; it may lie after the run's end. */
  public long warmupIterations() {
    long asked = (long) Math.rint(hyperparameters.warmupEpochs() * batches);
    return Math.max(asked, options.warmupFloor());
  }

  /** Returns the learning rate of an epoch as a share of the initial one, without warm-up. */
  public double factor(int epoch) {
    double end = hyperparameters.lrf();
    if (options.curve() == Curve.COSINE) {
      return (1 - Math.cos(Math.PI * epoch / epochs)) / 2 * (end - 1) + 1;
    }
    // A single epoch has no line to go along.
    return epochs == 1 ? 1 : (1 - (double) epoch / (epochs - 1)) * (1 - end) + end;
  }

  /** Returns the learning rates of an iteration. */
  public LearningRates rates(long iteration) {
    double rate = hyperparameters.lr0() * factor(epochOfRate(iteration));
    if (iteration > warmupIterations()) {
      return new LearningRates(rate, rate, rate);
    }
    double weight = warmed(iteration, 0, rate);
    double bias = warmed(iteration, hyperparameters.warmupBiasLr(), rate);
    return new LearningRates(weight, weight, bias);
  }

  /** Returns the momentum of an iteration. */
  public double momentum(long iteration) {
    return warmed(iteration, hyperparameters.warmupMomentum(), hyperparameters.momentum());
  }

  /** Returns over how many batches gradients are added up at an iteration. */
  public int accumulate(long iteration) {
    double whole = (double) options.nominalBatch() / batchSize;
    return (int) Math.max(1, Math.rint(warmed(iteration, 1, whole)));
  }

  /**
   * Returns whether the optimizer steps after an iteration.
   *
   * @param lastStep the iteration of its last step; −1 before the first
   */
  public boolean stepsAfter(long iteration, long lastStep) {
    return iteration - lastStep >= accumulate(iteration);
  }

  /** Returns the iteration of the last optimizer step before an iteration; −1 before the first. */
  public long lastStepBefore(long iteration) {
    long last = -1;
    for (long i = 0; i < iteration; i++) {
      last = stepsAfter(i, last) ? i : last;
    }
    return last;
  }

  /** Returns the number of optimizer steps in the whole run. */
  public long numberOfSteps() {
    long steps = 0;
    long last = -1;
    for (long i = 0; i < iterations(); i++) {
      if (stepsAfter(i, last)) {
        last = i;
        steps++;
      }
    }
    return steps;
  }

  /** Returns the weight decay, scaled by the pictures of a step to the nominal batch. */
  public double weightDecay() {
    int accumulate = (int) Math.max(1, Math.rint((double) options.nominalBatch() / batchSize));
    return hyperparameters.weightDecay() * batchSize * accumulate / options.nominalBatch();
  }

  /** Returns a sentence for the user if the floor of the warm-up is too long for this run. */
  public Optional<String> advice() {
    int floor = options.warmupFloor();
    long asked = (long) Math.rint(hyperparameters.warmupEpochs() * batches);
    if (asked >= floor || iterations() >= (long) SHORT_RUN * floor) {
      return Optional.empty();
    }
    long proposed = Math.min(asked, iterations() / SHORT_RUN);
    return Optional.of(
        "the run has %d iterations, the warm-up at least %d of them; a floor of %d warm-up iterations would leave most of the run at its full learning rates"
            .formatted(iterations(), floor, proposed));
  }

  private int epochOfRate(long iteration) {
    int epoch = (int) (iteration / batches);
    // The reference moves the rate at an epoch's end, one epoch late; the warm-up hides that in
    // every epoch that it reaches into.
    boolean warm = (long) epoch * batches > warmupIterations();
    return options.rateOfEpochBefore() && warm ? epoch - 1 : epoch;
  }

  private double warmed(long iteration, double start, double end) {
    long length = warmupIterations();
    return iteration >= length ? end : start + (end - start) / length * iteration;
  }
}
