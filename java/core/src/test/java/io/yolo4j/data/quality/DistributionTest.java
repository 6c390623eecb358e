package io.yolo4j.data.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Test
  void of_numbersInAnyOrder_hasInterpolatedQuantiles() {
    Distribution spread = Distribution.of(DoubleStream.of(4, 1, 3, 2));
    assertThat(spread.count()).isEqualTo(4);
    assertThat(spread.mean()).isEqualTo(2.5);
    assertThat(spread.least()).isEqualTo(1);
    assertThat(spread.p05()).isCloseTo(1.15, within(1e-12));
    assertThat(spread.p25()).isEqualTo(1.75);
    assertThat(spread.median()).isEqualTo(2.5);
    assertThat(spread.p75()).isEqualTo(3.25);
    assertThat(spread.p95()).isCloseTo(3.85, within(1e-12));
    assertThat(spread.greatest()).isEqualTo(4);
    Distribution hundred = Distribution.of(IntStream.rangeClosed(0, 100).asDoubleStream());
    assertThat(hundred.p05()).isEqualTo(5);
    assertThat(hundred.p95()).isEqualTo(95);
  }

  @Test
  void of_oneOrNone_isThatOrZero() {
    Distribution one = Distribution.of(DoubleStream.of(7));
    assertThat(one.p05()).isEqualTo(7);
    assertThat(one.greatest()).isEqualTo(7);
    assertThat(Distribution.of(DoubleStream.empty()))
        .isEqualTo(new Distribution(0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void of_noNumber_isRefused() {
    assertThatThrownBy(() -> Distribution.of(DoubleStream.of(1, Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("numbers must be finite, got 1.0 to NaN");
  }
}
