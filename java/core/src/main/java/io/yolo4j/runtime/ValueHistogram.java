package io.yolo4j.runtime;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** How often values occur, in bins that widen as larger ones come. */
final class ValueHistogram {
  /** Bins on each side of 0. */
  private static final int SIDE = 2048;

  /** So many steps a byte has. */
  private static final int LEVELS = 256;

  /** A clipped range keeps at least so many bins on its longer side: half of a byte's steps. */
  private static final int FEWEST = LEVELS / 2;

  private final long[] counts = new long[2 * SIDE];
  private double width = Math.scalb(1.0, -20);
  private double low = Double.POSITIVE_INFINITY;
  private double high = Double.NEGATIVE_INFINITY;
  private long total;

  /**
   * Adds values.
   *
   * @throws IllegalStateException if one is not finite
   */
  void add(FloatBuffer values) {
    for (int i = values.position(); i < values.limit(); i++) {
      add(values.get(i));
    }
  }

  void add(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalStateException("a feature map holds " + value + "; no range spans that");
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
    while (Math.abs(value) >= SIDE * width) {
      widen();
    }
    counts[bin(value)]++;
    total++;
  }

  private int bin(double value) {
    return Math.min(2 * SIDE - 1, (int) Math.floor(value / width) + SIDE);
  }

  private void widen() {
    long[] wide = new long[2 * SIDE];
    for (int i = 0; i < counts.length; i++) {
      wide[Math.floorDiv(i - SIDE, 2) + SIDE] += counts[i];
    }
    System.arraycopy(wide, 0, counts, 0, counts.length);
    width *= 2;
  }

  /** Returns the range from the smallest to the largest value. */
  Calibration.Range whole() {
    return new Calibration.Range(low, high);
  }

  /**
   * Returns the range that leaves out at most a share of the values at each end, to a bin.
   *
   * @param share from 0, nothing, to below one half
   */
  Calibration.Range without(double share) {
    long most = (long) Math.floor(share * total);
    int first = 0;
    for (long left = counts[0]; left <= most; left += counts[first]) {
      first++;
    }
    int last = counts.length - 1;
    for (long left = counts[last]; left <= most; left += counts[last]) {
      last--;
    }
    return new Calibration.Range(
        Math.max(low, (first - SIDE) * width), Math.min(high, (last + 1 - SIDE) * width));
  }

  /**
   * Returns the range whose 256 steps tell the most of the values: of all symmetric clippings the
   * one with the smallest Kullback-Leibler divergence of the rounded values from the clipped ones
   * (Migacz, 8-bit inference with TensorRT, 2017).
   */
  Calibration.Range byEntropy() {
    int longest = Math.max(SIDE - bin(low), bin(high) + 1 - SIDE);
    int chosen = longest;
    double best = divergence(longest);
    for (int side = FEWEST; side < longest; side += stepOf(longest)) {
      double divergence = divergence(side);
      if (divergence < best) {
        best = divergence;
        chosen = side;
      }
    }
    return new Calibration.Range(
        Math.max(Math.min(low, 0), -chosen * width), Math.min(Math.max(high, 0), chosen * width));
  }

  private static int stepOf(int longest) {
    return Math.max(1, longest / LEVELS);
  }

  private double divergence(int side) {
    int from = Math.max(SIDE - side, Math.min(bin(low), SIDE));
    int to = Math.min(SIDE + side, Math.max(bin(high) + 1, SIDE));
    double[] clipped = new double[to - from];
    for (int i = 0; i < counts.length; i++) {
      clipped[Math.min(Math.max(i, from), to - 1) - from] += counts[i];
    }
    double[] rounded = rounded(Arrays.copyOfRange(counts, from, to), clipped);
    double divergence = 0;
    for (int i = 0; i < clipped.length; i++) {
      if (clipped[i] > 0) {
        // What rounding loses altogether counts as one value of a million.
        double kept = Math.max(rounded[i], total * 1e-6);
        divergence += clipped[i] / total * Math.log(clipped[i] / kept);
      }
    }
    return divergence;
  }

  /** The counts within a step of a byte, spread over its bins that hold something. */
  private static double[] rounded(long[] inside, double[] clipped) {
    double[] rounded = new double[inside.length];
    for (int level = 0; level < LEVELS; level++) {
      int from = level * inside.length / LEVELS;
      int to = (level + 1) * inside.length / LEVELS;
      double sum = 0;
      int used = 0;
      for (int i = from; i < to; i++) {
        sum += inside[i];
        used += clipped[i] > 0 ? 1 : 0;
      }
      for (int i = from; i < to; i++) {
        rounded[i] = clipped[i] > 0 ? sum / used : 0;
      }
    }
    return rounded;
  }
}
