package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.kernels.PerfCounters.Counter;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class PerfCountersTest {
  @Test
  void read_everyCounter_isANumberOrHasAReason() {
    try (PerfCounters counters = PerfCounters.open(EnumSet.allOf(Counter.class))) {
      counters.read();
      for (Counter counter : Counter.values()) {
        double value = counters.value(counter);
        if (counters.missing(counter).isPresent()) {
          assertThat(value).as(counter.name()).isNaN();
          assertThat(counters.missing(counter).orElseThrow()).contains(" ");
        } else if (counter.compareTo(Counter.CYCLES) < 0) {
          assertThat(value).as(counter.name()).isNotNegative();
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void read_workInBetween_counts() {
    try (PerfCounters counters =
        PerfCounters.open(Set.of(Counter.MINOR_FAULTS, Counter.CPU_NANOSECONDS))) {
      counters.read();
      double faults = counters.value(Counter.MINOR_FAULTS);
      double nanos = counters.value(Counter.CPU_NANOSECONDS);
      double seconds = PerfCounters.faultSeconds(1000);
      counters.read();
      assertThat(counters.value(Counter.MINOR_FAULTS) - faults).isGreaterThanOrEqualTo(1000);
      assertThat(counters.value(Counter.CPU_NANOSECONDS)).isGreaterThan(nanos);
      assertThat(counters.missing(Counter.CYCLES)).hasValue("nobody asked for it");
      assertThat(seconds).isBetween(1e-9, 1e-2);
    }
  }

  @Test
  void misuse_saysWhatMustHold() {
    assertThatThrownBy(() -> PerfCounters.open(Set.of()))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("wanted must have some of the lowest 9 bits, got 0x0");
    assertThatThrownBy(() -> PerfCounters.faultSeconds(0))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("pages must be from 1 to 1048576, got 0");
    PerfCounters counters = PerfCounters.open(Set.of(Counter.MINOR_FAULTS));
    counters.close();
    counters.close();
    assertThatThrownBy(counters::read)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the counters are closed");
  }
}
