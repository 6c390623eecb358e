package io.yolo4j.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.kernels.CpuFeature;
import io.yolo4j.kernels.CpuFeatures;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PlanCompilerTest {
  private static final CpuFeatures OLD =
      new CpuFeatures("an old CPU", Set.of(CpuFeature.SSE4_2, CpuFeature.AVX2, CpuFeature.FMA));
  private static final CpuFeatures WIDE =
      new CpuFeatures("a wide CPU", Set.of(CpuFeature.SSE4_2, CpuFeature.AVX512BW));
  private static final CpuFeatures BYTES =
      new CpuFeatures("a CPU", Set.of(CpuFeature.SSE4_2, CpuFeature.AVX512_VNNI));
  private static final CpuFeatures ARM = new CpuFeatures("an Arm", Set.of(CpuFeature.NEON));

  @Test
  void require_precisionThatTheCpuLacks_isRefusedBeforeTheFirstPicture() {
    assertThatThrownBy(() -> PlanCompiler.require(PlanPrecision.BFLOAT16, OLD))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("bfloat16 needs a CPU with AVX-512, float32 doesn't")
        .hasMessageContaining("an old CPU");
    assertThatThrownBy(() -> PlanCompiler.require(PlanPrecision.INT8, WIDE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("8-bit integers need a CPU with AVX-512 VNNI or AMX")
        .hasMessageContaining("a wide CPU");
  }

  @Test
  void require_whatTheCpuHas_isAllowed() {
    assertThatCode(
            () -> {
              PlanCompiler.require(PlanPrecision.FLOAT32, OLD);
              PlanCompiler.require(PlanPrecision.BFLOAT16, WIDE);
              PlanCompiler.require(PlanPrecision.BFLOAT16, ARM);
              PlanCompiler.require(PlanPrecision.INT8, BYTES);
            })
        .doesNotThrowAnyException();
  }
}
