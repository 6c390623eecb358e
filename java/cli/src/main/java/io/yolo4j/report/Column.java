package io.yolo4j.report;

import io.yolo4j.eval.ValidationResult;
import io.yolo4j.loss.LossItems;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.StepTimes;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The columns of {@code results.csv} after the epoch, in order; the first thirteen have the names
 * that YOLOv5 users know. Values that an epoch does not have are NaN.
 */
enum Column {
  TRAIN_BOX("train/box_loss", e -> e.losses().box()),
  TRAIN_OBJECTNESS("train/obj_loss", e -> e.losses().objectness()),
  TRAIN_CLASSIFICATION("train/cls_loss", e -> e.losses().classification()),
  PRECISION("metrics/precision", measured(ValidationResult::precision)),
  RECALL("metrics/recall", measured(ValidationResult::recall)),
  MAP50("metrics/mAP_0.5", measured(ValidationResult::map50)),
  MAP50_TO_95("metrics/mAP_0.5:0.95", measured(ValidationResult::map50To95)),
  VALIDATION_BOX("val/box_loss", validationLoss(LossItems::box)),
  VALIDATION_OBJECTNESS("val/obj_loss", validationLoss(LossItems::objectness)),
  VALIDATION_CLASSIFICATION("val/cls_loss", validationLoss(LossItems::classification)),
  RATE_NORM("x/lr0", e -> e.rates().norm()),
  RATE_WEIGHT("x/lr1", e -> e.rates().weight()),
  RATE_BIAS("x/lr2", e -> e.rates().bias()),
  IMAGES_PER_SECOND("images_per_second", EpochResult::imagesPerSecond),
  SECONDS("train_seconds", EpochResult::seconds),
  VALIDATION_SECONDS("val_seconds", EpochResult::validationSeconds),
  LOADING("time/loading", share(StepTimes::loading)),
  FORWARD("time/forward", share(StepTimes::forward)),
  LOSS("time/loss", share(StepTimes::loss)),
  BACKWARD("time/backward", share(StepTimes::backward)),
  OPTIMIZER("time/optimizer", share(StepTimes::optimizer)),
  AVERAGE("time/average", share(StepTimes::average));

  private final String title;

  // Lambdas without state: immutable, though their type does not say so.
  @SuppressWarnings("ImmutableEnumChecker")
  private final ToDoubleFunction<EpochResult> value;

  Column(String title, ToDoubleFunction<EpochResult> value) {
    this.title = title;
    this.value = value;
  }

  private static ToDoubleFunction<EpochResult> measured(ToDoubleFunction<ValidationResult> value) {
    return epoch -> {
      ValidationResult validation = epoch.validation();
      return validation == null ? Double.NaN : value.applyAsDouble(validation);
    };
  }

  private static ToDoubleFunction<EpochResult> validationLoss(ToDoubleFunction<LossItems> value) {
    return epoch -> {
      LossItems losses = epoch.validationLosses();
      return losses == null ? Double.NaN : value.applyAsDouble(losses);
    };
  }

  private static ToDoubleFunction<EpochResult> share(ToLongFunction<StepTimes> nanos) {
    return epoch -> {
      long total = epoch.times().total();
      return total == 0 ? Double.NaN : (double) nanos.applyAsLong(epoch.times()) / total;
    };
  }

  /** Returns the name in the file's first line. */
  String title() {
    return title;
  }

  /** Returns the value of an epoch; NaN where it has none. */
  double of(EpochResult epoch) {
    return value.applyAsDouble(epoch);
  }
}
