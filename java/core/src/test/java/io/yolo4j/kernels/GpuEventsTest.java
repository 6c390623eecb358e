package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** The Java face; with a driver, a GPU's or the native tests' fake one, it takes times. */
final class GpuEventsTest {
  @Test
  void create_wrongNumbers_throw() {
    assertThatThrownBy(() -> GpuEvents.create(0, 1))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("count must be from 2 to 1048576, got 1");
  }

  @Test
  void create_withoutADriver_isUnsupported() {
    try (GpuEvents events = GpuEvents.create(0, 2)) {
      assumeTrue(events.count() != 2, "skipped: there is a driver");
    } catch (NativeException e) {
      assertThat(e.status()).isEqualTo(NativeStatus.UNSUPPORTED);
      assertThat(e).hasMessageContaining("NVIDIA");
    }
  }

  @Test
  void read_afterARun_givesRisingTimes() {
    try (GpuEvents events = created(3)) {
      for (int run = 0; run < 2; run++) {
        for (int i = 0; i < events.count(); i++) {
          events.record(i, 0);
        }
        long[] nanos = {-1, -1, -1};
        events.read(nanos);
        assertThat(nanos).startsWith(0).isSorted();
      }
      assertThatThrownBy(() -> events.record(3, 0))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("index must be from 0 to 2, got 3");
    }
  }

  @Test
  void close_thenUse_throws() {
    GpuEvents events = created(2);
    events.close();
    events.close();
    assertThatThrownBy(() -> events.record(0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the events are closed");
  }

  private static GpuEvents created(int count) {
    try {
      return GpuEvents.create(0, count);
    } catch (NativeException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
      throw e;
    }
  }
}
