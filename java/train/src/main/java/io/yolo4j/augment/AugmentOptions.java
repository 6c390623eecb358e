package io.yolo4j.augment;

/**
 * How strongly training pictures are changed at random. The names and the defaults are those of
 * hyper-parameter files.
 *
 * @param hsvH hue gain: hue is multiplied by 1 ± hsvH
 * @param hsvS saturation gain
 * @param hsvV value (brightness) gain
 * @param degrees rotation, ± degrees
 * @param translate translation, ± share of the output's side
 * @param scale enlargement by 1 ± scale
 * @param shear shear, ± degrees, each axis on its own
 * @param perspective perspective, ±, per pixel
 * @param flipUd probability of an upside-down flip
 * @param flipLr probability of a left-right flip
 * @param mosaic probability that a sample is made of several pictures
 * @param mixup probability that a mosaic is blended with another one
 * @param copyPaste share of a mosaic's outlined objects that are pasted again, mirrored
 * @param mosaic9 share of the mosaics that are made of nine pictures instead of four
 * @param cutout probability of rectangles that hide parts of the picture
 * @param blur probability of a box blur
 * @param grey probability that colours are taken away
 * @param clahe probability of a local contrast equalisation (CLAHE)
 */
public record AugmentOptions(
    double hsvH,
    double hsvS,
    double hsvV,
    double degrees,
    double translate,
    double scale,
    double shear,
    double perspective,
    double flipUd,
    double flipLr,
    double mosaic,
    double mixup,
    double copyPaste,
    double mosaic9,
    double cutout,
    double blur,
    double grey,
    double clahe) {
  /** Checks the values. */
  public AugmentOptions {
    check("hsv_h", hsvH, 1);
    check("hsv_s", hsvS, 1);
    check("hsv_v", hsvV, 1);
    check("degrees", degrees, 180);
    check("translate", translate, 1);
    if (!(scale >= 0 && scale < 1)) {
      throw new IllegalArgumentException("scale must be at least 0 and below 1, got " + scale);
    }
    if (!(shear >= 0 && shear < 90)) {
      throw new IllegalArgumentException("shear must be at least 0 and below 90, got " + shear);
    }
    check("perspective", perspective, 0.01);
    check("flipud", flipUd, 1);
    check("fliplr", flipLr, 1);
    check("mosaic", mosaic, 1);
    check("mixup", mixup, 1);
    check("copy_paste", copyPaste, 1);
    check("mosaic9", mosaic9, 1);
    check("cutout", cutout, 1);
    check("blur", blur, 1);
    check("grey", grey, 1);
    check("clahe", clahe, 1);
  }

  private static void check(String name, double value, double greatest) {
    if (!(value >= 0 && value <= greatest)) {
      String end = greatest == Math.rint(greatest) ? Long.toString((long) greatest) : "" + greatest;
      throw new IllegalArgumentException(
          "%s must lie in 0 to %s, got %s".formatted(name, end, value));
    }
  }

  /** Returns the defaults: mosaics of four, scale, translation, colour, left-right flips. */
  public static AugmentOptions defaults() {
    return none()
        .withHsv(0.015, 0.7, 0.4)
        .withGeometry(0, 0.1, 0.5, 0, 0)
        .withFlips(0, 0.5)
        .withMosaic(1);
  }

  /** Returns options that leave every picture as it is. */
  public static AugmentOptions none() {
    return new AugmentOptions(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Returns options with other gains of hue, saturation and value. */
  public AugmentOptions withHsv(double hue, double saturation, double value) {
    return new AugmentOptions(
        hue,
        saturation,
        value,
        degrees,
        translate,
        scale,
        shear,
        perspective,
        flipUd,
        flipLr,
        mosaic,
        mixup,
        copyPaste,
        mosaic9,
        cutout,
        blur,
        grey,
        clahe);
  }

  /** Returns options with another geometry. */
  public AugmentOptions withGeometry(
      double rotation, double translation, double scaling, double shearing, double projection) {
    return new AugmentOptions(
        hsvH,
        hsvS,
        hsvV,
        rotation,
        translation,
        scaling,
        shearing,
        projection,
        flipUd,
        flipLr,
        mosaic,
        mixup,
        copyPaste,
        mosaic9,
        cutout,
        blur,
        grey,
        clahe);
  }

  /** Returns options with other probabilities of flips. */
  public AugmentOptions withFlips(double upDown, double leftRight) {
    return new AugmentOptions(
        hsvH,
        hsvS,
        hsvV,
        degrees,
        translate,
        scale,
        shear,
        perspective,
        upDown,
        leftRight,
        mosaic,
        mixup,
        copyPaste,
        mosaic9,
        cutout,
        blur,
        grey,
        clahe);
  }

  /** Returns options with another probability of mosaics. */
  public AugmentOptions withMosaic(double probability) {
    return new AugmentOptions(
        hsvH,
        hsvS,
        hsvV,
        degrees,
        translate,
        scale,
        shear,
        perspective,
        flipUd,
        flipLr,
        probability,
        mixup,
        copyPaste,
        mosaic9,
        cutout,
        blur,
        grey,
        clahe);
  }

  /** Returns options with another share of mosaics made of nine pictures. */
  public AugmentOptions withMosaic9(double share) {
    return new AugmentOptions(
        hsvH,
        hsvS,
        hsvV,
        degrees,
        translate,
        scale,
        shear,
        perspective,
        flipUd,
        flipLr,
        mosaic,
        mixup,
        copyPaste,
        share,
        cutout,
        blur,
        grey,
        clahe);
  }

  /** Returns options with another probability of blending with a second mosaic. */
  public AugmentOptions withMixup(double probability) {
    return new AugmentOptions(
        hsvH,
        hsvS,
        hsvV,
        degrees,
        translate,
        scale,
        shear,
        perspective,
        flipUd,
        flipLr,
        mosaic,
        probability,
        copyPaste,
        mosaic9,
        cutout,
        blur,
        grey,
        clahe);
  }

  /** Returns options with another share of objects pasted again. */
  public AugmentOptions withCopyPaste(double share) {
    return new AugmentOptions(
        hsvH,
        hsvS,
        hsvV,
        degrees,
        translate,
        scale,
        shear,
        perspective,
        flipUd,
        flipLr,
        mosaic,
        mixup,
        share,
        mosaic9,
        cutout,
        blur,
        grey,
        clahe);
  }

  /** Returns options with other probabilities of the transforms that are off by default. */
  public AugmentOptions withExtras(
      double cutting, double blurring, double greying, double equalising) {
    return new AugmentOptions(
        hsvH,
        hsvS,
        hsvV,
        degrees,
        translate,
        scale,
        shear,
        perspective,
        flipUd,
        flipLr,
        mosaic,
        mixup,
        copyPaste,
        mosaic9,
        cutting,
        blurring,
        greying,
        equalising);
  }

  /** Returns whether anything at all is changed at random. */
  public boolean any() {
    return !equals(none());
  }
}
