package io.yolo4j.runtime;

/**
 * What the bytes of a feature map stand for: (byte − zero point) · scale.
 *
 * @param scale above 0
 * @param zeroPoint the byte that stands for 0, from 0 to 255
 */
record Quantization(float scale, int zeroPoint) {
  private static final int LARGEST = 255;

  /** Pixels divided by 255. */
  static final Quantization PIXELS = new Quantization(1f / LARGEST, 0);

  /** Returns the 256 values that span a range; 0 is one of them, so that padding is exact. */
  static Quantization of(Calibration.Range range) {
    double low = Math.min(range.low(), 0);
    double high = Math.max(range.high(), 0);
    if (!(high > low)) {
      return PIXELS;
    }
    double scale = (high - low) / LARGEST;
    return new Quantization((float) scale, (int) Math.round(-low / scale));
  }
}
