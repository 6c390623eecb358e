package io.yolo4j.weights;

/**
 * Conversions of the two 16-bit float formats. Widening is exact; narrowing rounds to nearest, ties
 * to even, overflows to infinity and keeps NaN a NaN.
 */
final class HalfFloats {
  private static final float SMALLEST_HALF = 0x1p-24f;
  private static final int HALF_INFINITY = 0x7c00;

  private HalfFloats() {}

  static float fromHalf(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) { // zero or subnormal: fraction · 2^-24, exact in float
      float magnitude = fraction * SMALLEST_HALF;
      return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | sign);
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  static float fromBfloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds a double directly, so that there is no second rounding through float. */
  static short toHalf(double value) {
    int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
    if (Double.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    double magnitude = Math.abs(value);
    if (magnitude >= 65520.0) { // half way between 65504 and the next power of two
      return (short) (sign | HALF_INFINITY);
    }
    int exponent = Math.max(Math.getExponent(magnitude), -14);
    // The spacing of halves at this exponent is 2^(exponent-10); dividing by it is exact.
    long steps = (long) Math.rint(Math.scalb(magnitude, 10 - exponent));
    // A carry out of the fraction runs into the exponent, which is what rounding up means.
    long bits = steps + ((long) (exponent + 14) << 10);
    return (short) (sign | (int) bits);
  }

  /** Rounds a double directly, so that there is no second rounding through float. */
  static short toBfloat(double value) {
    int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
    if (Double.isNaN(value)) {
      return (short) (sign | 0x7fc0);
    }
    double magnitude = Math.abs(value);
    if (magnitude >= 0x1.ffp127) { // half way between the largest bfloat16 and 2^128
      return (short) (sign | 0x7f80);
    }
    int exponent = Math.max(Math.getExponent(magnitude), -126);
    long steps = (long) Math.rint(Math.scalb(magnitude, 7 - exponent));
    long bits = steps + ((long) (exponent + 126) << 7);
    return (short) (sign | (int) bits);
  }
}
