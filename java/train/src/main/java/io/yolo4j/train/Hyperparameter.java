package io.yolo4j.train;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** One hyper-parameter: its name in files, default, range and meaning. In the order of files. */
public enum Hyperparameter {
  /** Initial learning rate. */
  LR0("lr0", 0.01, 0, 10, Hyperparameters::lr0, "initial learning rate"),
  /** Final learning rate, as a share of the initial one. */
  LRF("lrf", 0.1, 0, 1, Hyperparameters::lrf, "final learning rate as a share of lr0"),
  /** Momentum of SGD, first beta of Adam. */
  MOMENTUM(
      "momentum", 0.937, 0, 0.9999, Hyperparameters::momentum, "SGD's momentum, Adam's beta 1"),
  /** Weight decay at a batch of 64. */
  WEIGHT_DECAY(
      "weight_decay", 0.0005, 0, 1, Hyperparameters::weightDecay, "weight decay at a batch of 64"),
  /** Length of the warm-up. */
  WARMUP_EPOCHS(
      "warmup_epochs", 3, 0, 1000, Hyperparameters::warmupEpochs, "warm-up epochs, may be a part"),
  /** Momentum at the warm-up's start. */
  WARMUP_MOMENTUM(
      "warmup_momentum",
      0.8,
      0,
      0.9999,
      Hyperparameters::warmupMomentum,
      "momentum at the warm-up's start"),
  /** Learning rate of biases at the warm-up's start. */
  WARMUP_BIAS_LR(
      "warmup_bias_lr",
      0.1,
      0,
      10,
      Hyperparameters::warmupBiasLr,
      "learning rate of biases at the warm-up's start"),
  /** Gain of the box loss. */
  BOX("box", 0.05, 0, 1000, Hyperparameters::box, "gain of the box loss"),
  /** Gain of the class loss. */
  CLS("cls", 0.5, 0, 1000, Hyperparameters::cls, "gain of the class loss"),
  /** Weight of positives in the class loss. */
  CLS_PW("cls_pw", 1, 0, 1000, Hyperparameters::clsPw, "weight of positives in the class loss"),
  /** Gain of the objectness loss. */
  OBJ("obj", 1, 0, 1000, Hyperparameters::obj, "gain of the objectness loss"),
  /** Weight of positives in the objectness loss. */
  OBJ_PW(
      "obj_pw", 1, 0, 1000, Hyperparameters::objPw, "weight of positives in the objectness loss"),
  /** IoU threshold of training; kept for files, nothing reads it. */
  IOU_T("iou_t", 0.2, 0, 1, Hyperparameters::iouT, "IoU threshold of training (not used)"),
  /** Largest ratio of a box's side to an anchor's. */
  ANCHOR_T(
      "anchor_t", 4, 1.1, 100, Hyperparameters::anchorT, "largest ratio of a side to an anchor's"),
  /** Gamma of the focal loss. */
  FL_GAMMA("fl_gamma", 0, 0, 10, Hyperparameters::flGamma, "gamma of the focal loss, 0 is off"),
  /** Hue gain. */
  HSV_H("hsv_h", 0.015, 0, 1, Hyperparameters::hsvH, "hue gain"),
  /** Saturation gain. */
  HSV_S("hsv_s", 0.7, 0, 1, Hyperparameters::hsvS, "saturation gain"),
  /** Brightness gain. */
  HSV_V("hsv_v", 0.4, 0, 1, Hyperparameters::hsvV, "brightness gain"),
  /** Rotation. */
  DEGREES("degrees", 0, 0, 180, Hyperparameters::degrees, "rotation, plus or minus degrees"),
  /** Translation. */
  TRANSLATE(
      "translate", 0.1, 0, 1, Hyperparameters::translate, "translation, plus or minus a share"),
  /** Scale. */
  SCALE("scale", 0.5, 0, 0.9999, Hyperparameters::scale, "scale, 1 plus or minus this"),
  /** Shear. */
  SHEAR("shear", 0, 0, 89, Hyperparameters::shear, "shear, plus or minus degrees"),
  /** Perspective. */
  PERSPECTIVE("perspective", 0, 0, 0.01, Hyperparameters::perspective, "perspective, per pixel"),
  /** Probability of an upside-down flip. */
  FLIPUD("flipud", 0, 0, 1, Hyperparameters::flipud, "probability of an upside-down flip"),
  /** Probability of a left-right flip. */
  FLIPLR("fliplr", 0.5, 0, 1, Hyperparameters::fliplr, "probability of a left-right flip"),
  /** Probability of mosaics. */
  MOSAIC("mosaic", 1, 0, 1, Hyperparameters::mosaic, "probability of a mosaic"),
  /** Probability of blending two mosaics. */
  MIXUP("mixup", 0, 0, 1, Hyperparameters::mixup, "probability of blending two mosaics"),
  /** Share of outlined objects that are pasted again. */
  COPY_PASTE(
      "copy_paste", 0, 0, 1, Hyperparameters::copyPaste, "share of outlined objects pasted again"),
  /** Share of mosaics of nine. */
  MOSAIC9("mosaic9", 0, 0, 1, Hyperparameters::mosaic9, "share of mosaics made of nine pictures"),
  /** Probability of hidden rectangles. */
  CUTOUT("cutout", 0, 0, 1, Hyperparameters::cutout, "probability of rectangles that hide parts"),
  /** Probability of a blur. */
  BLUR("blur", 0, 0, 1, Hyperparameters::blur, "probability of a box blur"),
  /** Probability of no colour. */
  GREY("grey", 0, 0, 1, Hyperparameters::grey, "probability that colours are taken away"),
  /** Probability of a local contrast equalisation. */
  CLAHE("clahe", 0, 0, 1, Hyperparameters::clahe, "probability of a local contrast equalisation");

  private final String key;
  private final double defaultValue;
  private final double least;
  private final double greatest;

  @SuppressWarnings("ImmutableEnumChecker") // a method reference, which holds nothing
  private final ToDoubleFunction<Hyperparameters> reader;

  private final String meaning;

  Hyperparameter(
      String key,
      double defaultValue,
      double least,
      double greatest,
      ToDoubleFunction<Hyperparameters> reader,
      String meaning) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.least = least;
    this.greatest = greatest;
    this.reader = reader;
    this.meaning = meaning;
  }

  /** Returns its name in files, for example {@code weight_decay}. */
  public String key() {
    return key;
  }

  /** Returns its default. */
  public double defaultValue() {
    return defaultValue;
  }

  /** Returns the least value that it may have. */
  public double least() {
    return least;
  }

  /** Returns the greatest value that it may have. */
  public double greatest() {
    return greatest;
  }

  /** Returns what it means, in a few words. */
  public String meaning() {
    return meaning;
  }

  /** Returns its value in a set. */
  public double of(Hyperparameters set) {
    return reader.applyAsDouble(set);
  }

  /** Returns the hyper-parameter of that name in files. */
  public static Optional<Hyperparameter> ofKey(String key) {
    return Arrays.stream(values()).filter(one -> one.key.equals(key)).findFirst();
  }

  double check(double value) {
    if (!(value >= least && value <= greatest)) {
      throw new IllegalArgumentException(
          "hyper-parameter %s must be from %s to %s, got %s"
              .formatted(
                  key,
                  Hyperparameters.plain(least),
                  Hyperparameters.plain(greatest),
                  Hyperparameters.plain(value)));
    }
    return value;
  }
}
