package io.yolo4j.train;

import io.yolo4j.augment.AugmentOptions;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.files.Nearest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The numbers that a run is tuned by. Names, order and defaults are those of YOLOv5's files (SPEC:
 * SGD at a batch of 64, losses, augmentation), followed by transforms that those lack, all off;
 * {@link Hyperparameter} says what each means and which range it has.
 *
 * @param lr0 initial learning rate
 * @param lrf final learning rate as a share of lr0
 * @param momentum of SGD; first beta of Adam
 * @param weightDecay at a batch of 64
 * @param warmupEpochs length of the warm-up, may be a part
 * @param warmupMomentum momentum at the warm-up's start
 * @param warmupBiasLr learning rate of biases at the warm-up's start
 * @param box gain of the box loss
 * @param cls gain of the class loss
 * @param clsPw weight of positives in the class loss
 * @param obj gain of the objectness loss
 * @param objPw weight of positives in the objectness loss
 * @param iouT stands in files; nothing reads it
 * @param anchorT largest ratio of a box's side to an anchor's
 * @param flGamma gamma of the focal loss; 0 is off
 * @param hsvH hue gain
 * @param hsvS saturation gain
 * @param hsvV brightness gain
 * @param degrees rotation, ± degrees
 * @param translate translation, ± share
 * @param scale scale, 1 ± scale
 * @param shear shear, ± degrees
 * @param perspective perspective, per pixel
 * @param flipud probability of an upside-down flip
 * @param fliplr probability of a left-right flip
 * @param mosaic probability of a mosaic
 * @param mixup probability of blending two mosaics
 * @param copyPaste share of outlined objects that are pasted again
 * @param mosaic9 share of the mosaics that are made of nine pictures instead of four
 * @param cutout probability of rectangles that hide parts of the picture
 * @param blur probability of a box blur
 * @param grey probability that colours are taken away
 * @param clahe probability of a local contrast equalisation
 */
public record Hyperparameters(
    double lr0,
    double lrf,
    double momentum,
    double weightDecay,
    double warmupEpochs,
    double warmupMomentum,
    double warmupBiasLr,
    double box,
    double cls,
    double clsPw,
    double obj,
    double objPw,
    double iouT,
    double anchorT,
    double flGamma,
    double hsvH,
    double hsvS,
    double hsvV,
    double degrees,
    double translate,
    double scale,
    double shear,
    double perspective,
    double flipud,
    double fliplr,
    double mosaic,
    double mixup,
    double copyPaste,
    double mosaic9,
    double cutout,
    double blur,
    double grey,
    double clahe) {
  private static final Hyperparameters DEFAULTS = of(Hyperparameter::defaultValue);

  /** Checks every value against its range. */
  public Hyperparameters {
    Hyperparameter.LR0.check(lr0);
    Hyperparameter.LRF.check(lrf);
    Hyperparameter.MOMENTUM.check(momentum);
    Hyperparameter.WEIGHT_DECAY.check(weightDecay);
    Hyperparameter.WARMUP_EPOCHS.check(warmupEpochs);
    Hyperparameter.WARMUP_MOMENTUM.check(warmupMomentum);
    Hyperparameter.WARMUP_BIAS_LR.check(warmupBiasLr);
    Hyperparameter.BOX.check(box);
    Hyperparameter.CLS.check(cls);
    Hyperparameter.CLS_PW.check(clsPw);
    Hyperparameter.OBJ.check(obj);
    Hyperparameter.OBJ_PW.check(objPw);
    Hyperparameter.IOU_T.check(iouT);
    Hyperparameter.ANCHOR_T.check(anchorT);
    Hyperparameter.FL_GAMMA.check(flGamma);
    Hyperparameter.HSV_H.check(hsvH);
    Hyperparameter.HSV_S.check(hsvS);
    Hyperparameter.HSV_V.check(hsvV);
    Hyperparameter.DEGREES.check(degrees);
    Hyperparameter.TRANSLATE.check(translate);
    Hyperparameter.SCALE.check(scale);
    Hyperparameter.SHEAR.check(shear);
    Hyperparameter.PERSPECTIVE.check(perspective);
    Hyperparameter.FLIPUD.check(flipud);
    Hyperparameter.FLIPLR.check(fliplr);
    Hyperparameter.MOSAIC.check(mosaic);
    Hyperparameter.MIXUP.check(mixup);
    Hyperparameter.COPY_PASTE.check(copyPaste);
    Hyperparameter.MOSAIC9.check(mosaic9);
    Hyperparameter.CUTOUT.check(cutout);
    Hyperparameter.BLUR.check(blur);
    Hyperparameter.GREY.check(grey);
    Hyperparameter.CLAHE.check(clahe);
  }

  /** Returns the defaults, those of training from scratch on COCO. */
  public static Hyperparameters defaults() {
    return DEFAULTS;
  }

  /**
   * Returns a set with the value that the function gives for each.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public static Hyperparameters of(ToDoubleFunction<Hyperparameter> value) {
    double[] v = Arrays.stream(Hyperparameter.values()).mapToDouble(value).toArray();
    return new Hyperparameters(
        v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13],
        v[14], v[15], v[16], v[17], v[18], v[19], v[20], v[21], v[22], v[23], v[24], v[25], v[26],
        v[27], v[28], v[29], v[30], v[31], v[32]);
  }

  /**
   * Reads a file; hyper-parameters that it lacks have their defaults.
   *
   * <p>Keys of YOLOv5's files that are no hyper-parameters are left out: {@code anchors} (a number
   * of anchors is the model's), {@code image_weights} and {@code label_smoothing} (options of a
   * run).
   *
   * @throws IllegalArgumentException if it is no valid YAML, a key is unknown or a value out of its
   *     range; the message names the file, and the nearest keys
   * @throws IOException if the file cannot be read
   */
  public static Hyperparameters read(Path file) throws IOException {
    return read(file, note -> {});
  }

  /** As {@link #read(Path)}; the listener is told which keys were left out and why. */
  public static Hyperparameters read(Path file, Consumer<String> notes) throws IOException {
    return new HyperparameterFile(file, notes).read();
  }

  /** Returns the values by their names in files, in the files' order. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Hyperparameter one : Hyperparameter.values()) {
      map.put(one.key(), one.of(this));
    }
    return map;
  }

  /**
   * Returns the set that {@link #toMap} gave; what is absent or no number has its default.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static Hyperparameters of(Map<String, Object> values) {
    return of(
        one ->
            values.get(one.key()) instanceof Number number
                ? number.doubleValue()
                : one.defaultValue());
  }

  /** Returns the text of a file that reads back to the same values, with a comment a line. */
  public String toYaml() {
    StringBuilder text = new StringBuilder();
    for (Hyperparameter one : Hyperparameter.values()) {
      text.append("%s: %s  # %s%n".formatted(one.key(), plain(one.of(this)), one.meaning()));
    }
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  /**
   * Writes a file, atomically.
   *
   * @throws IOException if it cannot be written; a previous file then stays as it was
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, toYaml());
  }

  /**
   * Returns the value of that name in files, for example {@code weight_decay}.
   *
   * @throws IllegalArgumentException if there is no such hyper-parameter; the message names the
   *     nearest
   */
  public double get(String name) {
    return named(name).of(this);
  }

  /**
   * Returns a copy with another value.
   *
   * @throws IllegalArgumentException as {@link #get}, or if the value is out of its range
   */
  public Hyperparameters with(String name, double value) {
    Hyperparameter changed = named(name);
    return of(one -> one == changed ? value : one.of(this));
  }

  /** Returns the augmentation that the values ask for. */
  public AugmentOptions augmentation() {
    return AugmentOptions.none()
        .withHsv(hsvH, hsvS, hsvV)
        .withGeometry(degrees, translate, scale, shear, perspective)
        .withFlips(flipud, fliplr)
        .withMosaic(mosaic)
        .withMosaic9(mosaic9)
        .withMixup(mixup)
        .withCopyPaste(copyPaste)
        .withExtras(cutout, blur, grey, clahe);
  }

  private static Hyperparameter named(String name) {
    return Hyperparameter.ofKey(name)
        .orElseThrow(
            () -> new IllegalArgumentException("unknown hyper-parameter " + unknown(name)));
  }

  /** The name in quotes and what may have been meant. */
  static String unknown(String name) {
    List<String> keys = Arrays.stream(Hyperparameter.values()).map(Hyperparameter::key).toList();
    return "'%s'; the nearest are %s".formatted(name, String.join(", ", Nearest.of(name, keys, 3)));
  }

  /** A number without exponent: readers of YAML 1.1 take {@code 5.0E-4} for a text. */
  static String plain(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    return exact.setScale(Math.max(1, exact.scale())).toPlainString();
  }
}
