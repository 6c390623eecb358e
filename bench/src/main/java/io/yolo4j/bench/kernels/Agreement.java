package io.yolo4j.bench.kernels;

/** Compares results, so that nobody times nonsense. */
final class Agreement {
  private Agreement() {}

  /**
   * Requires |actual − expected| ≤ tolerance · (1 + |expected|) everywhere.
   *
   * @throws IllegalStateException with the first value that differs
   */
  static void require(String what, float[] expected, float[] actual, double tolerance) {
    if (actual.length != expected.length) {
      throw new IllegalStateException(
          "%s gives %d values instead of %d".formatted(what, actual.length, expected.length));
    }
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      if (!(difference <= tolerance * (1 + Math.abs(expected[i])))) {
        throw new IllegalStateException(
            "%s gives %s instead of %s at %d of %d"
                .formatted(what, actual[i], expected[i], i, expected.length));
      }
    }
  }
}
