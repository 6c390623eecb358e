package io.yolo4j.train;

import io.yolo4j.eval.ValidationResult;
import io.yolo4j.loss.LossItems;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an epoch.
 *
 * @param epoch from 0
 * @param epochs all epochs of the run
 * @param losses means over the epoch's batches
 * @param validation measured with the averaged weights; null where the epoch was not validated
 * @param validationLosses of the averaged weights on the validation pictures; null likewise
 * @param rates learning rates at the epoch's end
 * @param seconds training, without validation
 * @param validationSeconds validation
 * @param imagesPerSecond of training
 * @param times where the time of the steps went
 * @param best whether no earlier epoch has a better fitness
 */
public record EpochResult(
    int epoch,
    int epochs,
    LossItems losses,
    @Nullable ValidationResult validation,
    @Nullable LossItems validationLosses,
    LearningRates rates,
    double seconds,
    double validationSeconds,
    double imagesPerSecond,
    StepTimes times,
    boolean best) {
  /** Returns the same without the curves of the validation, for who keeps many results. */
  public EpochResult withoutCurves() {
    return new EpochResult(
        epoch,
        epochs,
        losses,
        validation == null ? null : validation.withoutCurves(),
        validationLosses,
        rates,
        seconds,
        validationSeconds,
        imagesPerSecond,
        times,
        best);
  }
}
