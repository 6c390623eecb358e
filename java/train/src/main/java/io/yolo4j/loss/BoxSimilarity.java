package io.yolo4j.loss;

import io.yolo4j.loss.Axis.Slopes;

/**
 * A similarity of two boxes and its gradient with respect to the first one's centre and size. The
 * formulas are those of {@link BoxLoss}; 1e-7 is added to heights (not widths), union, hull area
 * and squared diagonal. float32 throughout.
 */
record BoxSimilarity(float value, float dx, float dy, float dWidth, float dHeight) {
  private static final float EPSILON = 1e-7f;
  private static final float ASPECT_FACTOR = (float) (4 / (Math.PI * Math.PI));

  static BoxSimilarity of(BoxLoss kind, CenterBox predicted, CenterBox target) {
    return of(
        kind,
        Axis.ofCenters(predicted.x(), predicted.width(), target.x(), target.width(), 0),
        Axis.ofCenters(predicted.y(), predicted.height(), target.y(), target.height(), EPSILON));
  }

  /** Of two boxes given by their corners x1, y1, x2, y2. */
  static BoxSimilarity ofCorners(BoxLoss kind, float[] predicted, float[] target) {
    return of(
        kind,
        new Axis(predicted[0], predicted[2], target[0], target[2], 0),
        new Axis(predicted[1], predicted[3], target[1], target[3], EPSILON));
  }

  private static BoxSimilarity of(BoxLoss kind, Axis x, Axis y) {
    float intersection = x.overlap() * y.overlap();
    float union =
        x.length() * y.length() + x.targetLength() * y.targetLength() - intersection + EPSILON;
    float iou = intersection / union;
    Penalty penalty =
        switch (kind) {
          case IOU -> Penalty.NONE;
          case GIOU -> hullPenalty(x, y, union);
          case DIOU -> distancePenalty(x, y);
          case CIOU -> distancePenalty(x, y).plusAspect(x, y, iou);
        };
    float byUnion = -iou / union - penalty.byUnion;
    float byIntersection = 1 / union - byUnion;
    Axis.Gradient horizontal =
        x.gradient(
            new Slopes(
                byIntersection * y.overlap(),
                byUnion * y.length() - penalty.byWidth,
                -penalty.byHullWidth,
                -penalty.byShiftX));
    Axis.Gradient vertical =
        y.gradient(
            new Slopes(
                byIntersection * x.overlap(),
                byUnion * x.length() - penalty.byHeight,
                -penalty.byHullHeight,
                -penalty.byShiftY));
    return new BoxSimilarity(
        iou - penalty.value,
        horizontal.center(),
        vertical.center(),
        horizontal.size(),
        vertical.size());
  }

  private static Penalty hullPenalty(Axis x, Axis y, float union) {
    float area = x.hull() * y.hull() + EPSILON;
    float byArea = union / area / area;
    return new Penalty(
        (area - union) / area, -1 / area, byArea * y.hull(), byArea * x.hull(), 0, 0, 0, 0);
  }

  private static Penalty distancePenalty(Axis x, Axis y) {
    float diagonal = x.hull() * x.hull() + y.hull() * y.hull() + EPSILON;
    float distance = (x.shift() * x.shift() + y.shift() * y.shift()) / 4;
    float value = distance / diagonal;
    float byDiagonal = -value / diagonal;
    return new Penalty(
        value,
        0,
        byDiagonal * 2 * x.hull(),
        byDiagonal * 2 * y.hull(),
        x.shift() / (2 * diagonal),
        y.shift() / (2 * diagonal),
        0,
        0);
  }

  /** What is taken from the intersection over union, and how fast that grows with each quantity. */
  private record Penalty(
      float value,
      float byUnion,
      float byHullWidth,
      float byHullHeight,
      float byShiftX,
      float byShiftY,
      float byWidth,
      float byHeight) {
    static final Penalty NONE = new Penalty(0, 0, 0, 0, 0, 0, 0, 0);

    Penalty plusAspect(Axis x, Axis y, float iou) {
      float ratio = x.length() / y.length();
      float difference = atan(x.targetLength() / y.targetLength()) - atan(ratio);
      float aspect = ASPECT_FACTOR * (difference * difference);
      float alpha = aspect / (aspect - iou + (1 + EPSILON));
      float byRatio = -alpha * ASPECT_FACTOR * 2 * difference / (1 + ratio * ratio);
      return new Penalty(
          value + aspect * alpha,
          byUnion,
          byHullWidth,
          byHullHeight,
          byShiftX,
          byShiftY,
          byRatio / y.length(),
          -byRatio * ratio / y.length());
    }

    private static float atan(float ratio) {
      return (float) Math.atan(ratio);
    }
  }
}
