package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.testing.ChildJvm;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ForcedIsaTest {
  @Test
  void scalar_isFollowed() throws IOException, InterruptedException {
    assertThat(withIsa("scalar")).startsWith("SCALAR");
  }

  @Test
  void avx2_isFollowed() throws IOException, InterruptedException {
    assumeTrue(
        NativeLibrary.load().cpu().has(CpuFeature.AVX2), "skipped: this CPU doesn't have AVX2");

    assertThat(withIsa("avx2")).startsWith("AVX2");
  }

  @Test
  void unknownName_failsAndListsTheKnownOnes() throws IOException, InterruptedException {
    assertThat(withIsa("bogus"))
        .isEqualTo(
            "io.yolo4j.kernels.NativeException: yolo4j_dispatch_isa failed (invalid_argument): YOLO4J_ISA must be one of scalar, avx2, avx512, neon, got \"bogus\"");
  }

  @Test
  void isaOfAnotherArchitecture_failsAndListsWhatRuns() throws IOException, InterruptedException {
    boolean arm = NativeLibrary.load().cpu().has(CpuFeature.NEON);

    assertThat(withIsa(arm ? "avx2" : "neon"))
        .startsWith("io.yolo4j.kernels.NativeException: yolo4j_dispatch_isa failed (unsupported)")
        .contains("it can run scalar");
  }

  @Test
  void load_liftsJavaCppLimitsUnlessTheyAreSet() throws IOException, InterruptedException {
    Map<String, String> scalar = Map.of("YOLO4J_ISA", "scalar");

    assertThat(ChildJvm.run(PrintNative.class, scalar)).isEqualTo("SCALAR\n0 0");
    assertThat(ChildJvm.run(PrintNative.class, scalar, "-Dorg.bytedeco.javacpp.maxBytes=5000000"))
        .isEqualTo("SCALAR\n0 5000000");
  }

  private static String withIsa(String isa) throws IOException, InterruptedException {
    return ChildJvm.run(PrintNative.class, Map.of("YOLO4J_ISA", isa));
  }
}
