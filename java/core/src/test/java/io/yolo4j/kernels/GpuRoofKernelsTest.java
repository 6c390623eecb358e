package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.kernels.GpuRoofKernels.Unit;
import io.yolo4j.kernels.RoofKernels.Access;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The Java face. With the native tests' fake driver, whose clock stands still, everything but the
 * figures; those are seen where there is a GPU.
 */
final class GpuRoofKernelsTest {
  private static final Duration BRIEFLY = Duration.ofMillis(5);

  @Test
  void wrongNumbers_areRefusedBeforeAnythingElse() {
    assertThatThrownBy(() -> GpuRoofKernels.bandwidth(0, Access.TRIAD, 47, BRIEFLY))
        .isInstanceOfSatisfying(
            NativeException.class,
            e -> assertThat(e.status()).isEqualTo(NativeStatus.INVALID_ARGUMENT))
        .hasMessageContaining("bytes must be at least 48, a vector an array");
    assertThatThrownBy(() -> GpuRoofKernels.peak(0, Unit.LANES, ElementType.I8, BRIEFLY))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("got lanes in type 6");
    assertThatThrownBy(
            () -> GpuRoofKernels.peak(0, Unit.LANES, ElementType.F32, Duration.ofSeconds(11)))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("seconds must be above 0 and at most 10, got 11");
  }

  @Test
  void codes_areThoseOfTheAbi() {
    assertThat(Unit.LANES.code()).isEqualTo(1);
    assertThat(Unit.TENSOR_CORES.code()).isEqualTo(2);
  }

  @Test
  void device_isDescribed() {
    assertThat(name()).isNotEmpty();
    assertThat(GpuRoofKernels.driver()).matches("\\d+\\.\\d");
    assertThat(GpuRoofKernels.cacheBytes(0)).isNotNegative();
  }

  @Test
  void roofs_areMeasured() {
    boolean fake = name().startsWith("Fake GPU");
    if (fake) {
      assertThatThrownBy(() -> GpuRoofKernels.bandwidth(0, Access.COPY, 1 << 12, BRIEFLY))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("rounds must take at least");
    } else {
      assertThat(GpuRoofKernels.peak(0, Unit.LANES, ElementType.F32, BRIEFLY)).isPositive();
      assertThat(GpuRoofKernels.bandwidth(0, Access.COPY, 1 << 28, BRIEFLY)).isPositive();
      assertThat(GpuRoofKernels.launchCost(0, BRIEFLY).hostSeconds()).isPositive();
    }
  }

  private static String name() {
    try {
      return GpuRoofKernels.name(0);
    } catch (NativeException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
      throw e;
    }
  }
}
