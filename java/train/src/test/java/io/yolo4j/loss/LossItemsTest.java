package io.yolo4j.loss;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LossItemsTest {
  private static final LossItems ITEMS = new LossItems(1, 2, 4);

  @Test
  void arithmetic_worksPartByPart() {
    assertThat(ITEMS.total()).isEqualTo(7);
    assertThat(ITEMS.plus(new LossItems(10, 20, 30))).isEqualTo(new LossItems(11, 22, 34));
    assertThat(ITEMS.times(3)).isEqualTo(new LossItems(3, 6, 12));
    assertThat(ITEMS.dividedBy(2)).isEqualTo(new LossItems(0.5, 1, 2));
    assertThat(LossItems.ZERO.plus(ITEMS)).isEqualTo(ITEMS);
  }

  @Test
  void isFinite_seesEveryPart() {
    assertThat(ITEMS.isFinite()).isTrue();
    assertThat(new LossItems(Double.NaN, 0, 0).isFinite()).isFalse();
    assertThat(new LossItems(0, Double.POSITIVE_INFINITY, 0).isFinite()).isFalse();
    assertThat(new LossItems(0, 0, Double.NEGATIVE_INFINITY).isFinite()).isFalse();
  }
}
