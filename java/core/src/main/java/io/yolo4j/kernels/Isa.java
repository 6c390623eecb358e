package io.yolo4j.kernels;

/**
 * The instruction sets that kernels are compiled for, with the codes of {@code enum yolo4j_isa}.
 * The environment variable {@code YOLO4J_ISA} forces one by its {@link #nativeName() name}.
 */
public enum Isa implements NativeCode {
  /** Plain C++, on every CPU. */
  SCALAR(0, "scalar"),
  /** AVX2 with FMA and F16C. */
  AVX2(1, "avx2"),
  /** AVX-512 F, BW, DQ and VL. */
  AVX512(2, "avx512"),
  /** AArch64 Advanced SIMD. */
  NEON(3, "neon");

  private final int code;
  private final String nativeName;

  Isa(int code, String nativeName) {
    this.code = code;
    this.nativeName = nativeName;
  }

  @Override
  public int code() {
    return code;
  }

  @Override
  public String nativeName() {
    return nativeName;
  }
}
