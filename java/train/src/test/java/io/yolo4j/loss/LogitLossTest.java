package io.yolo4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogitLossTest {
  private static final double[] WEIGHTS = {1, 0.3, 2.5};
  private static final double[] GAMMAS = {0, 0.5, 1.5, 2};
  private static final double[] TARGETS = {0, 0.05, 0.4, 0.95, 1};

  @Test
  void at_gradientIsTheSlopeOfTheLoss() {
    for (double weight : WEIGHTS) {
      for (double gamma : GAMMAS) {
        LogitLoss loss = new LogitLoss(weight, gamma);
        for (double t : TARGETS) {
          for (double x = -8; x <= 8; x += 0.5) {
            double slope = (loss.at(x + 1e-5, t).loss() - loss.at(x - 1e-5, t).loss()) / 2e-5;
            assertThat(loss.at(x, t).gradient())
                .as("weight %s, gamma %s, x %s, t %s", weight, gamma, x, t)
                .isCloseTo(slope, within(1e-8));
          }
        }
      }
    }
  }

  @Test
  void at_extremeLogits_isLinearOrZero() {
    LogitLoss loss = new LogitLoss(1, 0);
    assertThat(loss.at(1000, 0).loss()).isEqualTo(1000);
    assertThat(loss.at(-1000, 1).loss()).isEqualTo(1000);
    assertThat(loss.at(1000, 1).loss()).isZero();
    assertThat(loss.at(-1000, 0).loss()).isZero();
    assertThat(loss.at(1000, 0).gradient()).isEqualTo(1);
    assertThat(loss.at(-1000, 1).gradient()).isEqualTo(-1);
  }

  @Test
  void at_aPerfectFocalPrediction_hasNoGradient() {
    // γ < 1 raises a miss of 0 to a negative power
    assertThat(new LogitLoss(1, 0.5).at(1000, 1).gradient()).isZero();
    assertThat(new LogitLoss(1, 0.5).at(-1000, 0).gradient()).isZero();
  }
}
