package io.yolo4j.train;

import io.yolo4j.loss.LossItems;
import java.util.List;
import java.util.Objects;

/**
 * How far a run is: what resuming needs beside the tensors. All random choices come from the seed
 * and this position, so there is no other random state.
 *
 * @param epoch the epoch that is under way, from 0
 * @param batch its batches that are done
 * @param iteration batches of the whole run that are done
 * @param lastOptimizerStep the iteration of the last optimizer step; -1 before the first
 * @param lossSum sum of the losses over this epoch's batches
 * @param averageUpdates updates of the weights' average
 * @param bestEpoch the epoch with the best fitness; -1 before the first validation
 * @param bestFitness its fitness; 0 before
 * @param balance the loss's objectness weight per level; empty before the first batch
 * @param classPrecisions mAP50-95 by class of the last validation, for image weighting; empty
 *     before it
 * @param lossScale the factor of float16's loss; as it began in other precisions
 */
record RunPosition(
    int epoch,
    int batch,
    long iteration,
    long lastOptimizerStep,
    LossItems lossSum,
    long averageUpdates,
    int bestEpoch,
    double bestFitness,
    List<Double> balance,
    List<Double> classPrecisions,
    LossScale lossScale) {
  /** The start of a run. */
  static final RunPosition START =
      new RunPosition(
          0, 0, 0, -1, LossItems.ZERO, 0, -1, 0, List.of(), List.of(), LossScale.initial());

  RunPosition {
    balance = List.copyOf(balance);
    classPrecisions = List.copyOf(classPrecisions);
    // Checkpoints of before it was kept lack it.
    lossScale = Objects.requireNonNullElse(lossScale, LossScale.initial());
  }

  /** Returns the position one batch on; {@code updated} tells whether gradients were used up. */
  RunPosition afterBatch(
      LossItems losses, boolean updated, long updates, List<Double> weights, LossScale scale) {
    return new RunPosition(
        epoch,
        batch + 1,
        iteration + 1,
        updated ? iteration : lastOptimizerStep,
        lossSum.plus(losses),
        updates,
        bestEpoch,
        bestFitness,
        weights,
        classPrecisions,
        scale);
  }

  /** Returns the position at the next epoch's start. */
  RunPosition nextEpoch() {
    return new RunPosition(
        epoch + 1,
        0,
        iteration,
        lastOptimizerStep,
        LossItems.ZERO,
        averageUpdates,
        bestEpoch,
        bestFitness,
        balance,
        classPrecisions,
        lossScale);
  }

  /** Returns the position with the best epoch so far and the last validation's precisions. */
  RunPosition validated(int best, double fitness, List<Double> precisions) {
    return new RunPosition(
        epoch,
        batch,
        iteration,
        lastOptimizerStep,
        lossSum,
        averageUpdates,
        best,
        fitness,
        balance,
        precisions,
        lossScale);
  }
}
