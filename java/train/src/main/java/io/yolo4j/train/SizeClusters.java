package io.yolo4j.train;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Weighted k-means on box sizes, each side divided by its standard deviation over all boxes. */
final class SizeClusters {
  private static final int STARTS = 10;
  private static final int ROUNDS = 50;

  private final double[] x;
  private final double[] y;
  private final double deviationX;
  private final double deviationY;
  private final double[] weights;
  private final Random random;

  /**
   * Prepares the sizes.
   *
   * @param weights one per box, of sum 1
   */
  SizeClusters(List<LabelSize> sizes, double[] weights, Random random) {
    double[] widths = sizes.stream().mapToDouble(LabelSize::width).toArray();
    double[] heights = sizes.stream().mapToDouble(LabelSize::height).toArray();
    deviationX = deviation(widths);
    deviationY = deviation(heights);
    x = Arrays.stream(widths).map(width -> width / deviationX).toArray();
    y = Arrays.stream(heights).map(height -> height / deviationY).toArray();
    this.weights = weights;
    this.random = random;
  }

  /** Returns the standard deviation of the population; 1 where all values are the same. */
  static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    return variance > 0 ? Math.sqrt(variance) : 1;
  }

  /** Returns the centres of the best of several starts, widths and heights in pixels. */
  double[][] centres(int count) {
    double[][] best = {};
    double least = Double.POSITIVE_INFINITY;
    for (int start = 0; start < STARTS; start++) {
      double[][] centres = firstCentres(count);
      double distortion = refine(centres);
      if (distortion < least) {
        least = distortion;
        best = centres;
      }
    }
    for (double[] centre : best) {
      centre[0] *= deviationX;
      centre[1] *= deviationY;
    }
    return best;
  }

  /** Each next centre is a box, drawn by weight times squared distance to the nearest so far. */
  private double[][] firstCentres(int count) {
    double[] nearest = new double[x.length];
    Arrays.fill(nearest, 1);
    double[][] centres = new double[count][];
    for (int c = 0; c < count; c++) {
      int drawn = draw(nearest);
      centres[c] = new double[] {x[drawn], y[drawn]};
      for (int i = 0; i < x.length; i++) {
        double distance = distance(i, centres[c]);
        nearest[i] = c == 0 ? distance : Math.min(nearest[i], distance);
      }
    }
    return centres;
  }

  private int draw(double[] distances) {
    double sum = 0;
    for (int i = 0; i < distances.length; i++) {
      sum += distances[i] * weights[i];
    }
    double left = random.nextDouble() * sum;
    int last = 0;
    for (int i = 0; i < distances.length; i++) {
      double share = distances[i] * weights[i];
      if (share > 0) {
        last = i;
        if (left < share) {
          return i;
        }
        left -= share;
      }
    }
    // Fewer different sizes than centres, or rounding.
    return last;
  }

  /** Moves the centres until no box changes sides; returns the weighted distortion. */
  private double refine(double[][] centres) {
    int[] owner = new int[x.length];
    Arrays.fill(owner, -1);
    double distortion = 0;
    for (int round = 0; round < ROUNDS; round++) {
      boolean moved = false;
      distortion = 0;
      for (int i = 0; i < x.length; i++) {
        int nearest = nearest(i, centres);
        moved |= nearest != owner[i];
        owner[i] = nearest;
        distortion += weights[i] * distance(i, centres[nearest]);
      }
      if (!moved) {
        break;
      }
      moveToMeans(centres, owner);
    }
    return distortion;
  }

  private int nearest(int box, double[][] centres) {
    int nearest = 0;
    for (int c = 1; c < centres.length; c++) {
      nearest = distance(box, centres[c]) < distance(box, centres[nearest]) ? c : nearest;
    }
    return nearest;
  }

  private void moveToMeans(double[][] centres, int[] owner) {
    double[][] sums = new double[centres.length][3];
    for (int i = 0; i < owner.length; i++) {
      double[] sum = sums[owner[i]];
      sum[0] += weights[i] * x[i];
      sum[1] += weights[i] * y[i];
      sum[2] += weights[i];
    }
    for (int c = 0; c < centres.length; c++) {
      // A centre that lost all its boxes stays.
      if (sums[c][2] > 0) {
        centres[c][0] = sums[c][0] / sums[c][2];
        centres[c][1] = sums[c][1] / sums[c][2];
      }
    }
  }

  private double distance(int box, double[] centre) {
    double dx = x[box] - centre[0];
    double dy = y[box] - centre[1];
    return dx * dx + dy * dy;
  }
}
