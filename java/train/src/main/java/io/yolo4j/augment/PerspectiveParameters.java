package io.yolo4j.augment;

import io.yolo4j.image.ImageSize;

/**
 * One draw of the perspective transform: M = T·S·R·P·C moves the input's centre to the origin (C),
 * bends (P), rotates and scales (R), shears (S) and moves to the output (T).
 *
 * @param perspectiveX per pixel
 * @param perspectiveY per pixel
 * @param angleDegrees counter-clockwise
 * @param scale enlargement
 * @param shearXDegrees of the x axis
 * @param shearYDegrees of the y axis
 * @param translateXFraction where the input's centre comes to lie, as a share of the output's width
 * @param translateYFraction likewise of its height
 */
record PerspectiveParameters(
    double perspectiveX,
    double perspectiveY,
    double angleDegrees,
    double scale,
    double shearXDegrees,
    double shearYDegrees,
    double translateXFraction,
    double translateYFraction) {

  /** Draws eight numbers in the order of the components. */
  static PerspectiveParameters draw(SampleRandom random, AugmentOptions options) {
    return new PerspectiveParameters(
        random.uniform(-options.perspective(), options.perspective()),
        random.uniform(-options.perspective(), options.perspective()),
        random.uniform(-options.degrees(), options.degrees()),
        random.uniform(1 - options.scale(), 1 + options.scale()),
        random.uniform(-options.shear(), options.shear()),
        random.uniform(-options.shear(), options.shear()),
        random.uniform(0.5 - options.translate(), 0.5 + options.translate()),
        random.uniform(0.5 - options.translate(), 0.5 + options.translate()));
  }

  /** Returns the map from the input's pixels to the output's. */
  Homography matrix(ImageSize input, ImageSize output) {
    // StrictMath: the same bits on every machine.
    double angle = StrictMath.toRadians(angleDegrees);
    double cos = scale * StrictMath.cos(angle);
    double sin = scale * StrictMath.sin(angle);
    double shearX = StrictMath.tan(StrictMath.toRadians(shearXDegrees));
    double shearY = StrictMath.tan(StrictMath.toRadians(shearYDegrees));
    Homography centre = Homography.translation(-input.width() / 2.0, -input.height() / 2.0);
    Homography bend = Homography.of(1, 0, 0, 0, 1, 0, perspectiveX, perspectiveY, 1);
    Homography rotate = Homography.of(cos, sin, 0, -sin, cos, 0, 0, 0, 1);
    Homography shear = Homography.of(1, shearX, 0, shearY, 1, 0, 0, 0, 1);
    Homography move =
        Homography.translation(
            translateXFraction * output.width(), translateYFraction * output.height());
    return move.after(shear).after(rotate).after(bend).after(centre);
  }
}
