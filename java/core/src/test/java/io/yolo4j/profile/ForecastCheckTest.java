package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ForecastCheckTest {
  private static final Profile PROFILE =
      Profiles.of(
          "a model",
          0.001,
          Profiles.layer("model.0", Category.DENSE_CONVOLUTION, Part.BACKBONE, 100, 10_000, 0.0008),
          Profiles.layer("model.1", Category.ADD, Part.BACKBONE, 100, 10_000, 0.00001));

  private static ForecastCheck check(double... seconds) {
    List<Double> layers = Arrays.stream(seconds).boxed().toList();
    Map<Category, Double> sums =
        Map.of(Category.DENSE_CONVOLUTION, seconds[0], Category.ADD, seconds[seconds.length - 1]);
    Calibration calibration =
        new Calibration(
            Calibration.VERSION,
            PROFILE.roofs(),
            "cpu",
            0,
            Map.of("add", new ClassRule(1, 1, 0, 3)));
    return new ForecastCheck(PROFILE, new Forecast(layers, sums, 0.0001), calibration);
  }

  @Test
  void lines_judgeSmallCategoriesByTheWhole() {
    List<ForecastCheck.Line> lines = check(0.001, 0.00003).lines();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).isSmall()).isFalse();
    assertThat(lines.get(0).error()).isCloseTo(0.25, within(1e-12));
    assertThat(lines.get(1).isSmall()).isTrue();
    assertThat(lines.get(1).errorOfWhole()).isCloseTo(0.02, within(1e-12));
  }

  @Test
  void headline_countsTheCategoriesInTheBand() {
    assertThat(check(0.001, 0.00003).headline())
        .isEqualTo(
            "Predicted are 1.130 ms end to end, measured were 1.000 ms: an error of +13.0 %. Of 1 categories with at least 2 % of the time 1 are within 30 %.");
    assertThat(check(0.002, 0.00003).headline()).contains("time 0 are within 30 %");
  }

  @Test
  void new_otherSteps_isRefused() {
    assertThatThrownBy(() -> check(0.001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a forecast must be of the measured steps, got 1 for 2");
  }
}
