package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CellTest {
  @Test
  void measured_noNumber_isUnavailableAndExceedsNothing() {
    Cell cell = Cell.measured(Double.NaN);
    assertThat(cell).isEqualTo(Cell.UNAVAILABLE);
    assertThat(cell.isKnown()).isFalse();
    assertThat(cell.known()).isEmpty();
    assertThat(cell.exceeds(-1)).isFalse();
    assertThat(cell.provenance().text()).isEqualTo("n/a");
  }

  @Test
  void measured_zero_isAFigure() {
    Cell cell = Cell.measured(0);
    assertThat(cell.known()).hasValue(0);
    assertThat(cell.exceeds(0)).isFalse();
    assertThat(cell.exceeds(-1)).isTrue();
    assertThat(cell.provenance().text()).isEqualTo("measured");
    assertThat(Cell.derived(1).provenance().text()).isEqualTo("derived");
    assertThat(Cell.modelled(1).provenance().text()).isEqualTo("modelled");
  }

  @Test
  void cell_numberOfNobody_isRefused() {
    assertThatThrownBy(() -> new Cell(0, Provenance.UNAVAILABLE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a cell is NaN where it is unavailable and nowhere else, got 0.0, n/a");
    assertThatThrownBy(() -> new Cell(Double.NaN, Provenance.MEASURED))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
