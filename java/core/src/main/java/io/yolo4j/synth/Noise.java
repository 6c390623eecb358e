package io.yolo4j.synth;

/**
 * A random landscape: a value of [−1, 1) at every point of an integer lattice, interpolated
 * smoothly between.
 *
 * @param seed different seeds give independent landscapes
 */
record Noise(long seed) {
  private static final long ROW = 0x9e3779b97f4a7c15L;
  private static final long COLUMN = 0xc2b2ae3d27d4eb4fL;

  static Noise of(Randomness random) {
    return new Noise(random.bits());
  }

  /** Returns the value of a lattice point. */
  double point(long x, long y) {
    return (Randomness.mix(seed + x * COLUMN + y * ROW) >> 11) * 0x1p-52;
  }

  /** Returns a value about normally distributed, of standard deviation 1: the sum of four. */
  double normal(long x, long y) {
    long bits = Randomness.mix(seed + x * COLUMN + y * ROW);
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    // Each of the four is uniform on 0 … 65535: variance 65536²/12.
    return (sum - 2 * 65535.0) / 65536 * 1.7320508075688772;
  }

  /** Returns the value anywhere; features are about one unit wide. */
  double at(double x, double y) {
    long left = (long) Math.floor(x);
    long top = (long) Math.floor(y);
    double right = smooth(x - left);
    double down = smooth(y - top);
    double upper = mix(point(left, top), point(left + 1, top), right);
    double lower = mix(point(left, top + 1), point(left + 1, top + 1), right);
    return mix(upper, lower, down);
  }

  /** Returns the sum of three landscapes, each half as wide and half as high as the one before. */
  double rough(double x, double y) {
    return (at(x, y) + 0.5 * at(2 * x + 31.4, 2 * y + 2.7) + 0.25 * at(4 * x + 5.9, 4 * y + 77.1))
        / 1.75;
  }

  private static double mix(double from, double to, double share) {
    return from + (to - from) * share;
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  /** Returns 0 below low, 1 above high, a smooth rise between. */
  static double rise(double low, double high, double value) {
    return smooth(Math.min(Math.max((value - low) / (high - low), 0), 1));
  }
}
