package io.yolo4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ValueHistogramTest {
  private static ValueHistogram of(float... values) {
    ValueHistogram histogram = new ValueHistogram();
    histogram.add(FloatBuffer.wrap(values));
    return histogram;
  }

  /** 100,000 values like those behind a SiLU: bounded below, a long tail above. */
  private static ValueHistogram silu() {
    ValueHistogram histogram = new ValueHistogram();
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      double u = 2 * random.nextGaussian();
      histogram.add((float) (u / (1 + Math.exp(-u))));
    }
    return histogram;
  }

  @Test
  void whole_ofValues_isExact() {
    assertThat(of(0.3f, -0.25f, 7.5f).whole()).isEqualTo(new Calibration.Range(-0.25, 7.5));
  }

  @Test
  void without_shareOfThem_dropsTheFarthest() {
    ValueHistogram histogram = new ValueHistogram();
    for (int i = 0; i < 9_998; i++) {
      histogram.add(i / 10_000f);
    }
    histogram.add(1000);
    histogram.add(-1000);
    assertThat(histogram.whole()).isEqualTo(new Calibration.Range(-1000, 1000));
    Calibration.Range range = histogram.without(1e-4);
    // A bin is 1000 / 2048 to its double wide by then.
    assertThat(range.low()).isBetween(-1.0, 0.0);
    assertThat(range.high()).isBetween(0.999, 2.0);
    assertThat(histogram.without(0)).isEqualTo(histogram.whole());
  }

  @Test
  void without_siluTail_agreesWithSortedValues() {
    Calibration.Range range = silu().without(1e-3);
    float[] sorted = new float[100_000];
    Random random = new Random(1);
    for (int i = 0; i < sorted.length; i++) {
      double u = 2 * random.nextGaussian();
      sorted[i] = (float) (u / (1 + Math.exp(-u)));
    }
    Arrays.sort(sorted);
    assertThat(range.high()).isCloseTo(sorted[99_899], within(0.02));
    assertThat(range.low()).isCloseTo(-0.2785, within(0.01));
  }

  @Test
  void byEntropy_oneFarValue_isCutOff() {
    ValueHistogram histogram = silu();
    double largest = histogram.whole().high();
    assertThat(histogram.byEntropy().high()).isGreaterThan(largest / 2);
    histogram.add(100);
    assertThat(histogram.whole().high()).isEqualTo(100);
    assertThat(histogram.byEntropy().high()).isBetween(largest / 2, 30.0);
  }

  @Test
  void byEntropy_valuesAwayFromZero_reachToIt() {
    assertThat(of(1f).byEntropy()).isEqualTo(new Calibration.Range(0, 1));
    Calibration.Range below = of(-3f, -2.9f).byEntropy();
    assertThat(below.high()).isZero();
    assertThat(below.low()).isCloseTo(-3, within(0.01));
  }

  @Test
  void add_notFinite_isRefused() {
    assertThatThrownBy(() -> of(Float.NaN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a feature map holds NaN; no range spans that");
  }

  @Test
  void quantization_ofRange_holdsZeroExactly() {
    Quantization q = Quantization.of(new Calibration.Range(-0.28, 7));
    assertThat(q.zeroPoint()).isEqualTo(10);
    assertThat((255 - q.zeroPoint()) * q.scale()).isCloseTo(7, within(q.scale()));
    assertThat(Quantization.of(new Calibration.Range(1, 2)).zeroPoint()).isZero();
    assertThat(Quantization.of(new Calibration.Range(-2, -1)).zeroPoint()).isEqualTo(255);
    assertThat(Quantization.of(new Calibration.Range(0, 0)).scale()).isPositive();
  }
}
