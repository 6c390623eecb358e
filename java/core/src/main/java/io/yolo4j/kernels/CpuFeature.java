package io.yolo4j.kernels;

/**
 * What a CPU can have, with the bit numbers of {@code enum yolo4j_cpu_feature}; the names are those
 * of {@code /proc/cpuinfo} where it has one.
 */
public enum CpuFeature implements NativeCode {
  SSE4_2(0, "sse4_2"),
  AVX2(1, "avx2"),
  FMA(2, "fma"),
  F16C(3, "f16c"),
  AVX512F(4, "avx512f"),
  AVX512BW(5, "avx512bw"),
  AVX512DQ(6, "avx512dq"),
  AVX512VL(7, "avx512vl"),
  AVX512_VNNI(8, "avx512_vnni"),
  AVX512_BF16(9, "avx512_bf16"),
  AVX512_FP16(10, "avx512_fp16"),
  AMX_TILE(11, "amx_tile"),
  AMX_BF16(12, "amx_bf16"),
  AMX_INT8(13, "amx_int8"),
  NEON(32, "neon"),
  DOTPROD(33, "dotprod"),
  I8MM(34, "i8mm"),
  BF16(35, "bf16"),
  SVE(36, "sve");

  private final int code;
  private final String nativeName;

  CpuFeature(int code, String nativeName) {
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
