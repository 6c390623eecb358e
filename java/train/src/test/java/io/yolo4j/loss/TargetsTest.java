package io.yolo4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final float[] ROWS = {0, 3, 0.5f, 0.25f, 0.1f, 0.2f, 1, 0, 0.75f, 0.125f, 1, 1};

  @Test
  void of_rows_givesThemBack() {
    Targets targets = Targets.of(ROWS);
    assertThat(targets.count()).isEqualTo(2);
    assertThat(targets.image(1)).isEqualTo(1);
    assertThat(targets.classId(0)).isEqualTo(3);
    assertThat(targets.centerX(1)).isEqualTo(0.75f);
    assertThat(targets.centerY(1)).isEqualTo(0.125f);
    assertThat(targets.width(0)).isEqualTo(0.1f);
    assertThat(targets.height(0)).isEqualTo(0.2f);
    assertThat(Targets.none().count()).isZero();
  }

  @Test
  void of_anArrayThatChangesLater_keepsTheValues() {
    float[] rows = ROWS.clone();
    Targets targets = Targets.of(rows);
    rows[1] = 5;
    assertThat(targets.classId(0)).isEqualTo(3);
  }

  @Test
  void of_anIncompleteRow_isAnError() {
    assertThatThrownBy(() -> Targets.of(new float[7]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("targets are rows of 6 values, got 7 values");
  }

  @Test
  void of_badValues_namesRowAndValue() {
    assertThatThrownBy(() -> Targets.of(changed(6, -1)))
        .hasMessage("the image of target 1 must be a whole number from 0, got -1.0");
    assertThatThrownBy(() -> Targets.of(changed(1, 2.5f)))
        .hasMessage("the class of target 0 must be a whole number from 0, got 2.5");
    assertThatThrownBy(() -> Targets.of(changed(1, Float.NaN)))
        .hasMessage("the class of target 0 must be a whole number from 0, got NaN");
    assertThatThrownBy(() -> Targets.of(changed(10, Float.POSITIVE_INFINITY)))
        .hasMessage("the box of target 1 must be finite, got cx 0.75, cy 0.125, w Infinity, h 1.0");
  }

  private static float[] changed(int at, float value) {
    float[] rows = ROWS.clone();
    rows[at] = value;
    return rows;
  }
}
