package io.yolo4j.loss;

/**
 * One axis of two boxes: the predicted one from {@code low} to {@code high}, its target from {@code
 * targetLow} to {@code targetHigh}. All in float32, in the order of the reference, so that results
 * on tiny boxes agree too.
 *
 * @param epsilon added to both lengths
 */
record Axis(float low, float high, float targetLow, float targetHigh, float epsilon) {
  /** How fast a similarity grows with each quantity of an axis. */
  record Slopes(float overlap, float length, float hull, float shift) {}

  /** How fast a similarity grows with the predicted box's centre and size. */
  record Gradient(float center, float size) {}

  static Axis ofCenters(
      float center, float size, float targetCenter, float targetSize, float epsilon) {
    return new Axis(
        center - size / 2,
        center + size / 2,
        targetCenter - targetSize / 2,
        targetCenter + targetSize / 2,
        epsilon);
  }

  private float signedOverlap() {
    return Math.min(high, targetHigh) - Math.max(low, targetLow);
  }

  float overlap() {
    return Math.max(signedOverlap(), 0);
  }

  float length() {
    return high - low + epsilon;
  }

  float targetLength() {
    return targetHigh - targetLow + epsilon;
  }

  float hull() {
    return Math.max(high, targetHigh) - Math.min(low, targetLow);
  }

  /** Twice the distance from the predicted centre to the target's. */
  float shift() {
    return targetLow + targetHigh - low - high;
  }

  /** Carries the slopes on to centre and size. */
  Gradient gradient(Slopes slopes) {
    float inside = signedOverlap() >= 0 ? slopes.overlap() : 0;
    float atLow =
        -inside * share(low, targetLow)
            - slopes.length()
            - slopes.hull() * share(targetLow, low)
            - slopes.shift();
    float atHigh =
        inside * share(targetHigh, high)
            + slopes.length()
            + slopes.hull() * share(high, targetHigh)
            - slopes.shift();
    return new Gradient(atLow + atHigh, (atHigh - atLow) / 2);
  }

  /** The gradient of max(a, b) with respect to a; equal values share it. */
  private static float share(float a, float b) {
    if (a == b) {
      return 0.5f;
    }
    return a > b ? 1 : 0;
  }
}
