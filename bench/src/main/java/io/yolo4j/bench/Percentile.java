package io.yolo4j.bench;

import java.util.List;

/** High values among some measurements. */
final class Percentile {
  private Percentile() {}

  /**
   * Returns the least value that so large a part of the values doesn't exceed.
   *
   * @param fraction above 0, to 1
   */
  static double of(List<Double> values, double fraction) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.ceil(fraction * sorted.size()) - 1);
  }
}
