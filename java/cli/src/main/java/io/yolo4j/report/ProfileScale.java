package io.yolo4j.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A logarithmic axis between two round numbers: 1, 2 or 5 times a power of ten.
 *
 * @param title what is shown, with its unit
 * @param first which round number is the lower end: 0 is 1, 1 is 2, 2 is 5, 3 is 10
 * @param last which round number is the upper end, over the lower
 */
record ProfileScale(String title, int first, int last) {
  private static final int[] ROUND = {1, 2, 5};
  private static final int MOST_MARKS = 9;

  /** Tells a number that is round but for its last digits as such. */
  private static final double EXACT = 1e-9;

  /** Checks the values. */
  ProfileScale {
    if (first >= last) {
      throw new IllegalArgumentException(
          "a scale needs first < last, got %d and %d".formatted(first, last));
    }
  }

  /** Returns the shortest axis that holds both values, which must be positive and finite. */
  static ProfileScale around(String title, double least, double most) {
    if (!(least > 0 && least <= most && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a logarithmic axis needs 0 < least <= most, got %s and %s".formatted(least, most));
    }
    int first = below(least);
    int last = below(most);
    if (round(last) < most * (1 - EXACT)) {
      last++;
    }
    return new ProfileScale(title, first, Math.max(last, first + 1));
  }

  /** Returns the last round number that isn't over a value. */
  private static int below(double value) {
    int index = 3 * (int) Math.floor(Math.log10(value)) - 1;
    while (round(index + 1) <= value * (1 + EXACT)) {
      index++;
    }
    return index;
  }

  private static double round(int index) {
    return ROUND[Math.floorMod(index, 3)] * Math.pow(10, Math.floorDiv(index, 3));
  }

  /** Returns the lower end. */
  double low() {
    return round(first);
  }

  /** Returns the upper end. */
  double high() {
    return round(last);
  }

  /** Returns where a value lies: 0 at the lower end, 1 at the upper. */
  double share(double value) {
    return Math.log(value / low()) / Math.log(high() / low());
  }

  /** Returns the places of the marks: all round numbers, or of a long axis some powers of ten. */
  List<Double> marks() {
    int step = last - first < MOST_MARKS ? 1 : 3;
    while ((last - first) / step >= MOST_MARKS) {
      step += 3;
    }
    int distance = step;
    return IntStream.rangeClosed(first, last)
        .filter(index -> Math.floorMod(index, distance) == 0)
        .mapToObj(ProfileScale::round)
        .toList();
  }
}
