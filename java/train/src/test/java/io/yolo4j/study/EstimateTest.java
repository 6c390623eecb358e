package io.yolo4j.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EstimateTest {
  /** From the tables of the distribution. */
  @ParameterizedTest
  @CsvSource({
    "0.95, 1, 12.7062",
    "0.95, 2, 4.3027",
    "0.95, 3, 3.1824",
    "0.95, 4, 2.7764",
    "0.95, 9, 2.2622",
    "0.95, 30, 2.0423",
    "0.90, 5, 2.0150",
    "0.99, 2, 9.9248",
    "0.99, 120, 2.6174"
  })
  void studentT_equalsTheTables(double share, int freedom, double expected) {
    assertThat(StudentT.twoSided(share, freedom)).isCloseTo(expected, within(5e-5));
  }

  @Test
  void studentT_badArguments_areRefused() {
    assertThatThrownBy(() -> StudentT.twoSided(1, 2))
        .hasMessage(
            "a quantile needs a share over 0 and under 1 and at least 1 degree of freedom, got 1.0 and 2");
    assertThatThrownBy(() -> StudentT.twoSided(0.95, 0)).hasMessageContaining("got 0.95 and 0");
  }

  @Test
  void of_threeSeeds_givesTheTInterval() {
    Estimate estimate = Estimate.of(List.of(0.70, 0.72, 0.74));
    assertThat(estimate.mean()).isCloseTo(0.72, within(1e-12));
    assertThat(estimate.deviation()).isCloseTo(0.02, within(1e-12));
    // 4.302653 · 0.02 / √3
    assertThat(estimate.half()).isCloseTo(0.049683, within(1e-6));
    assertThat(estimate.low()).isCloseTo(0.670317, within(1e-6));
    assertThat(estimate.high()).isCloseTo(0.769683, within(1e-6));
  }

  @Test
  void of_oneSeed_hasNoInterval() {
    Estimate estimate = Estimate.of(List.of(0.7));
    assertThat(estimate.hasInterval()).isFalse();
    assertThat(estimate.low()).isNaN();
    assertThat(estimate.above(Estimate.of(List.of(0.1, 0.1)))).isFalse();
    assertThat(Estimate.of(List.of(0.9, 0.9)).above(estimate)).isFalse();
  }
}
