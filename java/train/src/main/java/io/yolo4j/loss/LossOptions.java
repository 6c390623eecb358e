package io.yolo4j.loss;

import java.util.List;

/**
 * What a detection loss weighs, named as in hyper-parameter files. Those state the gains for 80
 * classes, 3 levels and 640 px; {@link #scaled} makes them fit a network.
 *
 * @param box gain of the box loss
 * @param cls gain of the class loss
 * @param clsPw weight of the positives in the class loss
 * @param obj gain of the objectness loss
 * @param objPw weight of the positives in the objectness loss
 * @param anchorT a target matches an anchor when neither side is this many times the other's
 * @param flGamma γ of the focal weighting, 0 for none
 * @param labelSmoothing ε: class targets are 1 − ε/2 and ε/2
 * @param autobalance whether the levels' weights follow their objectness losses
 * @param boxLoss the similarity behind the box loss and the objectness target
 * @param classWeights one factor a class for the class loss; empty for none
 */
public record LossOptions(
    double box,
    double cls,
    double clsPw,
    double obj,
    double objPw,
    double anchorT,
    double flGamma,
    double labelSmoothing,
    boolean autobalance,
    BoxLoss boxLoss,
    List<Double> classWeights) {
  private static final double NOMINAL_CLASSES = 80;
  private static final double NOMINAL_LEVELS = 3;
  private static final double NOMINAL_SIZE = 640;

  /** Checks the values and copies the list. */
  public LossOptions {
    requireGain("box", box);
    requireGain("cls", cls);
    requireGain("obj", obj);
    requireGain("cls_pw", clsPw);
    requireGain("obj_pw", objPw);
    requireGain("fl_gamma", flGamma);
    if (!(anchorT > 1 && Double.isFinite(anchorT))) {
      throw new IllegalArgumentException(
          "anchor_t must be finite and above 1, or nothing matches an anchor, got " + anchorT);
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing must be in [0, 1), got " + labelSmoothing);
    }
    classWeights = List.copyOf(classWeights);
    for (int i = 0; i < classWeights.size(); i++) {
      requireGain("the weight of class " + i, classWeights.get(i));
    }
  }

  private static void requireGain(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " must be finite and not negative, got " + value);
    }
  }

  /** Returns the defaults, unscaled. */
  public static LossOptions defaults() {
    return new LossOptions(0.05, 0.5, 1, 1, 1, 4, 0, 0, false, BoxLoss.CIOU, List.of());
  }

  /**
   * Returns a copy with the gains that fit a network: box · 3/levels, cls · classes/80 · 3/levels,
   * obj · (size/640)² · 3/levels. Call it once: on scaled options it would scale again.
   *
   * @param levels detection levels of the network
   * @param classes classes of the network
   * @param imageSize side of the training images in pixels
   */
  public LossOptions scaled(int levels, int classes, int imageSize) {
    if (levels < 1 || classes < 1 || imageSize < 1) {
      throw new IllegalArgumentException(
          "levels, classes and image size must be at least 1, got %d, %d and %d"
              .formatted(levels, classes, imageSize));
    }
    double byLevels = NOMINAL_LEVELS / levels;
    double byArea = (imageSize / NOMINAL_SIZE) * (imageSize / NOMINAL_SIZE);
    return withBox(box * byLevels)
        .withCls(cls * (classes / NOMINAL_CLASSES) * byLevels)
        .withObj(obj * byArea * byLevels);
  }

  /** Returns a copy with another gain of the box loss. */
  public LossOptions withBox(double changed) {
    return new LossOptions(
        changed,
        cls,
        clsPw,
        obj,
        objPw,
        anchorT,
        flGamma,
        labelSmoothing,
        autobalance,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another gain of the class loss. */
  public LossOptions withCls(double changed) {
    return new LossOptions(
        box,
        changed,
        clsPw,
        obj,
        objPw,
        anchorT,
        flGamma,
        labelSmoothing,
        autobalance,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another weight of the positives in the class loss. */
  public LossOptions withClsPw(double changed) {
    return new LossOptions(
        box,
        cls,
        changed,
        obj,
        objPw,
        anchorT,
        flGamma,
        labelSmoothing,
        autobalance,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another gain of the objectness loss. */
  public LossOptions withObj(double changed) {
    return new LossOptions(
        box,
        cls,
        clsPw,
        changed,
        objPw,
        anchorT,
        flGamma,
        labelSmoothing,
        autobalance,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another weight of the positives in the objectness loss. */
  public LossOptions withObjPw(double changed) {
    return new LossOptions(
        box,
        cls,
        clsPw,
        obj,
        changed,
        anchorT,
        flGamma,
        labelSmoothing,
        autobalance,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another limit of the ratio between target and anchor. */
  public LossOptions withAnchorT(double changed) {
    return new LossOptions(
        box,
        cls,
        clsPw,
        obj,
        objPw,
        changed,
        flGamma,
        labelSmoothing,
        autobalance,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another γ of the focal weighting. */
  public LossOptions withFlGamma(double changed) {
    return new LossOptions(
        box,
        cls,
        clsPw,
        obj,
        objPw,
        anchorT,
        changed,
        labelSmoothing,
        autobalance,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another label smoothing. */
  public LossOptions withLabelSmoothing(double changed) {
    return new LossOptions(
        box, cls, clsPw, obj, objPw, anchorT, flGamma, changed, autobalance, boxLoss, classWeights);
  }

  /** Returns a copy with autobalance on or off. */
  public LossOptions withAutobalance(boolean changed) {
    return new LossOptions(
        box,
        cls,
        clsPw,
        obj,
        objPw,
        anchorT,
        flGamma,
        labelSmoothing,
        changed,
        boxLoss,
        classWeights);
  }

  /** Returns a copy with another similarity of boxes. */
  public LossOptions withBoxLoss(BoxLoss changed) {
    return new LossOptions(
        box,
        cls,
        clsPw,
        obj,
        objPw,
        anchorT,
        flGamma,
        labelSmoothing,
        autobalance,
        changed,
        classWeights);
  }

  /** Returns a copy with other factors of the classes; empty for none. */
  public LossOptions withClassWeights(List<Double> changed) {
    return new LossOptions(
        box,
        cls,
        clsPw,
        obj,
        objPw,
        anchorT,
        flGamma,
        labelSmoothing,
        autobalance,
        boxLoss,
        changed);
  }
}
