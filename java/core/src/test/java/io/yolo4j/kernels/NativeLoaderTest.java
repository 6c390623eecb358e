package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class NativeLoaderTest {
  @Test
  void checkAbi_refusesAnotherVersion() {
    assertThatCode(() -> NativeLoader.checkAbi(1, 1, "/x/libyolo4j.so")).doesNotThrowAnyException();
    assertThatThrownBy(() -> NativeLoader.checkAbi(2, 1, "/x/libyolo4j.so"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "the native library's ABI version must be 2, got 1 from /x/libyolo4j.so; use the same version of yolo4j and yolo4j-bindings");
  }

  @Test
  void checkCodes_refusesAnotherName() {
    assertThatThrownBy(() -> NativeLoader.checkCodes("isa", Isa.values(), code -> name(code, "x")))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("isa 1 must be avx2, got x from the native library");
  }

  @Test
  void checkCodes_refusesCodesThatOnlyTheLibraryKnows() {
    Isa[] few = {Isa.SCALAR, Isa.AVX2};

    assertThatThrownBy(() -> NativeLoader.checkCodes("isa", few, code -> name(code, "avx2")))
        .hasMessageStartingWith("isa 2 must be unknown, got neon from the native library");
  }

  @Test
  void cpuFeatures_ofBits() {
    CpuFeatures cpu = CpuFeatures.of("some CPU", 1L << 1 | 1L << 36);

    assertThat(cpu.features()).containsExactlyInAnyOrder(CpuFeature.AVX2, CpuFeature.SVE);
    assertThat(cpu.toString()).isEqualTo("some CPU (avx2 sve)");
  }

  private static @Nullable BytePointer name(int code, String second) {
    return switch (code) {
      case 0 -> new BytePointer("scalar");
      case 1 -> new BytePointer(second);
      case 2 -> new BytePointer("neon");
      default -> null;
    };
  }
}
