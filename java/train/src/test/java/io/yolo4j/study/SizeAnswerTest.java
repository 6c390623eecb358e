package io.yolo4j.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Intervals of two seeds that differ by 0.002 are ± 0.0127062. */
final class SizeAnswerTest {
  private static CellResult near(int pictures, double mean) {
    return Cells.ofSize(pictures, mean - 0.001, mean + 0.001);
  }

  @Test
  void of_aRisingCurve_interpolatesMeansAndEnds() {
    SizeAnswer answer =
        SizeAnswer.of(List.of(near(100, 0.70), near(150, 0.75), near(200, 0.85)), 0.8);
    // 150 + 50 · (0.8 − 0.75)/0.10; for the ends the curve is moved by ± 0.0127062.
    assertThat(answer.pictures().orElseThrow()).isCloseTo(175, within(1e-9));
    assertThat(answer.least().orElseThrow()).isCloseTo(168.6469, within(1e-4));
    assertThat(answer.most().orElseThrow()).isCloseTo(181.3531, within(1e-4));
    assertThat(SizeAnswer.of(List.of(near(150, 0.75), near(200, 0.852)), 0.8).text())
        .isEqualTo(
            "mAP50 0.800 is reached at about 175 pictures a class; by the ends of the 95 % intervals between 169 and 181.");
  }

  @Test
  void of_aCurveThatFallsBelowAgain_takesTheLastCrossing() {
    SizeAnswer answer =
        SizeAnswer.of(
            List.of(near(100, 0.82), near(150, 0.78), near(200, 0.82), near(250, 0.9)), 0.8);
    assertThat(answer.pictures().orElseThrow()).isCloseTo(175, within(1e-9));
  }

  @Test
  void of_aCurveAboveFromTheStart_saysAtMost() {
    assertThat(SizeAnswer.of(List.of(near(100, 0.9), near(150, 0.95)), 0.8).text())
        .isEqualTo(
            "mAP50 0.800 is reached at 100 pictures a class, the smallest size measured, or fewer; by the ends of the 95 % intervals at 100 or fewer.");
  }

  @Test
  void of_aCurveThatEndsBelow_saysSo() {
    assertThat(SizeAnswer.of(List.of(near(100, 0.5), near(150, 0.6)), 0.8).text())
        .isEqualTo(
            "The curve does not reach mAP50 0.800: at 150 pictures a class it is 0.600, and the interval ends below, at 0.613.");
    assertThat(SizeAnswer.of(List.of(near(100, 0.5), near(150, 0.79)), 0.8).text())
        .isEqualTo(
            "The curve does not reach mAP50 0.800: at 150 pictures a class it is 0.790, but the interval up to 0.803 does not rule it out.");
  }

  @Test
  void of_aLowerEndThatStaysBelow_hasNoUpperBound() {
    SizeAnswer answer = SizeAnswer.of(List.of(near(100, 0.7), near(150, 0.81)), 0.8);
    assertThat(answer.most()).isEmpty();
    // 100 + 50 · (0.8 − 0.7127062)/0.11 = 139.7
    assertThat(answer.text()).endsWith("between 140 and more than the 150 measured.");
  }

  @Test
  void of_oneSeed_givesNoBounds() {
    SizeAnswer answer =
        SizeAnswer.of(List.of(Cells.ofSize(100, 0.75), Cells.ofSize(200, 0.875)), 0.8125);
    assertThat(answer.least()).isEmpty();
    assertThat(answer.text())
        .isEqualTo(
            "mAP50 0.813 is reached at about 150 pictures a class; one seed gives no bounds.");
  }
}
