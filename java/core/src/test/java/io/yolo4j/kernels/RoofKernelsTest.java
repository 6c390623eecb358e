package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.bindings.global.Yolo4j;
import io.yolo4j.kernels.RoofKernels.Access;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The Java face; bounds are wide, since the machine may have other work. */
final class RoofKernelsTest {
  private static final Duration BUDGET = Duration.ofMillis(10);
  private static final long HOT_BYTES = 32_768;
  private static final double PLAUSIBLE = 1e8;

  @Test
  void access_codesAreTheAbis() {
    assertThat(Access.READ.code()).isEqualTo(Yolo4j.YOLO4J_ACCESS_READ).isEqualTo(1);
    assertThat(Access.WRITE.code()).isEqualTo(Yolo4j.YOLO4J_ACCESS_WRITE).isEqualTo(2);
    assertThat(Access.COPY.code()).isEqualTo(Yolo4j.YOLO4J_ACCESS_COPY).isEqualTo(3);
    assertThat(Access.TRIAD.code()).isEqualTo(Yolo4j.YOLO4J_ACCESS_TRIAD).isEqualTo(4);
    assertThat(Access.UPDATE.code()).isEqualTo(Yolo4j.YOLO4J_ACCESS_UPDATE).isEqualTo(5);
  }

  @Test
  void peak_scalarAndDispatched_arePlausible() {
    Isa dispatched = NativeLibrary.load().isa();

    assertThat(RoofKernels.peak(Isa.SCALAR, ElementType.F32, 1, BUDGET))
        .isFinite()
        .isGreaterThan(PLAUSIBLE);
    assertThat(RoofKernels.peak(dispatched, ElementType.F32, 1, BUDGET))
        .isFinite()
        .isGreaterThan(PLAUSIBLE);
  }

  @Test
  void peak_typeWithoutInstruction_isUnsupported() {
    assertThatThrownBy(() -> RoofKernels.peak(Isa.SCALAR, ElementType.BF16, 1, BUDGET))
        .isInstanceOfSatisfying(
            NativeException.class,
            e -> {
              assertThat(e.operation()).isEqualTo("yolo4j_peak");
              assertThat(e.status()).isEqualTo(NativeStatus.UNSUPPORTED);
            })
        .hasMessageContaining("has no multiply-add of bf16 operands with scalar");
  }

  @Test
  void amxPeak_isPlausibleOrUnsupported() {
    if (NativeLibrary.load().cpu().has(CpuFeature.AMX_INT8)) {
      assertThat(RoofKernels.amxPeak(ElementType.I8, 1, BUDGET))
          .isFinite()
          .isGreaterThan(PLAUSIBLE);
    } else {
      assertThatThrownBy(() -> RoofKernels.amxPeak(ElementType.I8, 1, BUDGET))
          .isInstanceOfSatisfying(
              NativeException.class,
              e -> assertThat(e.status()).isEqualTo(NativeStatus.UNSUPPORTED))
          .hasMessageContaining("has no AMX with i8 operands");
    }
  }

  @Test
  void bandwidth_everyAccess_isPlausible() {
    for (Access access : Access.values()) {
      assertThat(RoofKernels.bandwidth(access, HOT_BYTES, 1, BUDGET))
          .as("%s", access)
          .isFinite()
          .isGreaterThan(PLAUSIBLE);
    }
  }

  @Test
  void measurements_badArguments_throw() {
    assertThatThrownBy(() -> RoofKernels.peak(Isa.SCALAR, ElementType.F32, 0, BUDGET))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("threads must be from 1 to 1024, got 0");
    assertThatThrownBy(() -> RoofKernels.peak(Isa.SCALAR, ElementType.F32, 1, Duration.ZERO))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("seconds must be above 0 and at most 10, got 0");
    Duration centuries = Duration.ofDays(1_000_000);
    assertThatThrownBy(() -> RoofKernels.bandwidth(Access.READ, HOT_BYTES, 1, centuries))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("seconds must be above 0 and at most 10, got 8.64e+10");
    assertThatThrownBy(() -> RoofKernels.bandwidth(Access.COPY, 4095, 1, BUDGET))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("bytes must be from 4096 for each of 1 threads to 2^36, got 4095");
  }

  @Test
  void cacheBytes_firstLevels_areKnownOrZero() {
    for (int level = 1; level <= 3; level++) {
      assertThat(RoofKernels.cacheBytes(level)).as("level %d", level).isNotNegative();
    }
    assertThatThrownBy(() -> RoofKernels.cacheBytes(4))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("level must be from 1 to 3, got 4");
  }
}
