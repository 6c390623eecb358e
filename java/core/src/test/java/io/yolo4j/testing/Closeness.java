package io.yolo4j.testing;

import java.util.Arrays;

/**
 * Comparison of arrays with tolerances: {@code |a − e| <= atol + rtol·|e|}. NaN never passes,
 * unless NaN is expected.
 */
public final class Closeness {
  private Closeness() {}

  /**
   * Fails with the first bad index, both values, the largest errors and the count of bad elements.
   */
  public static void assertClose(
      String what, double[] actual, double[] expected, double rtol, double atol) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          what + ": expected " + expected.length + " values, got " + actual.length);
    }
    int bad = 0;
    int first = -1;
    double worstAbsolute = 0;
    double worstRelative = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      boolean same = Double.compare(actual[i], expected[i]) == 0;
      if (!same && !(difference <= atol + rtol * Math.abs(expected[i]))) {
        bad++;
        first = first < 0 ? i : first;
      }
      if (!same) {
        worstAbsolute = Math.max(worstAbsolute, difference);
        worstRelative = Math.max(worstRelative, difference / Math.abs(expected[i]));
      }
    }
    if (bad > 0) {
      throw new AssertionError(
          "%s: %d of %d values differ; first at %d: expected %s, got %s; largest error %g absolute, %g relative (rtol %g, atol %g)"
              .formatted(
                  what,
                  bad,
                  actual.length,
                  first,
                  expected[first],
                  actual[first],
                  worstAbsolute,
                  worstRelative,
                  rtol,
                  atol));
    }
  }

  /** As {@link #assertClose(String, double[], double[], double, double)}, for float results. */
  public static void assertClose(
      String what, float[] actual, double[] expected, double rtol, double atol) {
    double[] wide = new double[actual.length];
    Arrays.setAll(wide, i -> actual[i]);
    assertClose(what, wide, expected, rtol, atol);
  }
}
