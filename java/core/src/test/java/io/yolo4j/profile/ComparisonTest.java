package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.profile.Comparison.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static final double TO_THE_NANOSECOND = 1e-9;

  private final Profile light =
      Profiles.of(
          "light",
          0.055,
          Profiles.layer(
              "model.1", Category.DEPTHWISE_CONVOLUTION, Part.BACKBONE, 10_000, 4000, 0.020),
          Profiles.layer("model.9", Category.DENSE_CONVOLUTION, Part.NECK, 90_000, 4000, 0.030));
  private final Profile heavy =
      Profiles.of(
          "heavy",
          0.110,
          Profiles.layer("model.1", Category.DENSE_CONVOLUTION, Part.BACKBONE, 400_000, 4000, 0.1));

  @Test
  void byCategory_sumsToTheGap_withTheDecidingOneFirst() {
    Comparison comparison = new Comparison(light, heavy);
    assertThat(comparison.flopRatio()).isEqualTo(0.25);
    assertThat(comparison.gap()).isCloseTo(0.055 - 0.25 * 0.110, within(TO_THE_NANOSECOND));
    List<Share> shares = comparison.byCategory();
    assertThat(sum(shares)).isCloseTo(comparison.gap(), within(TO_THE_NANOSECOND));
    assertThat(shares)
        .extracting(Share::name)
        .containsExactly("depthwise convolution", "dense convolution", "between layers");
    assertThat(shares.get(0).gap()).isCloseTo(0.020, within(TO_THE_NANOSECOND));
    assertThat(shares.get(1).gap()).isCloseTo(0.005, within(TO_THE_NANOSECOND));
  }

  @Test
  void byPart_sumsToTheGap() {
    Comparison comparison = new Comparison(light, heavy);
    List<Share> shares = comparison.byPart();
    assertThat(sum(shares)).isCloseTo(comparison.gap(), within(TO_THE_NANOSECOND));
    assertThat(shares).extracting(Share::name).contains("neck", "backbone").doesNotContain("head");
  }

  @Test
  void gap_ofANetworkWithItself_isNothing() {
    Comparison same = new Comparison(light, light);
    assertThat(same.timeRatio()).isEqualTo(1);
    assertThat(same.gap()).isZero();
    assertThat(same.byCategory()).allMatch(share -> share.gap() == 0);
  }

  @Test
  void verdict_namesTheDecidingCategoriesAndParts() {
    assertThat(Verdict.of(new Comparison(light, heavy)))
        .isEqualTo(
            "A has 0.250 of B's FLOPs, 2.000 of its bytes and takes 0.500 of its time (55.000 of"
                + " 110.000 ms). By FLOPs it should take 27.500 ms; the gap of +27.500 ms comes"
                + " first of all from depthwise convolution +20.000 (50000.0 times their roof), dense and 1x1 convolution +5.000,"
                + " between layers +2.500 ms; by part it is neck +30.000, between layers +2.500,"
                + " backbone -5.000 ms. A: neck and head take 60 % of the layers' time, which no"
                + " better backbone changes.");
    assertThat(Verdict.of(new Comparison(light, light))).endsWith("there is no gap to explain.");
  }

  private static double sum(List<Share> shares) {
    return shares.stream().mapToDouble(Share::gap).sum();
  }
}
