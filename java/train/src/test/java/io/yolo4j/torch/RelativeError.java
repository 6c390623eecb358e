package io.yolo4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Compares what networks give. */
final class RelativeError {
  private RelativeError() {}

  /** The largest error of each result against its largest value; NaN is an error. */
  static void assertBelow(double limit, List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      double largest = 0;
      double error = 0;
      for (int k = 0; k < expected.get(i).length; k++) {
        largest = Math.max(largest, Math.abs(expected.get(i)[k]));
        error = Math.max(error, Math.abs(expected.get(i)[k] - actual.get(i)[k]));
      }
      assertThat(error / largest).as("result " + i).isLessThan(limit);
    }
  }
}
