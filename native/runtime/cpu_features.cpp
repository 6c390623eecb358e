#include "runtime/cpu_features.h"

namespace yolo4j {
namespace {

struct CpuName {
  CpuName() noexcept { detect_cpu_name(text, sizeof text); }
  char text[128] = "";
};

}  // namespace

uint64_t cpu_features() noexcept {
  static const uint64_t features = detect_cpu_features();
  return features;
}

}  // namespace yolo4j

uint64_t yolo4j_cpu_features(void) { return yolo4j::cpu_features(); }

const char* yolo4j_cpu_name(void) {
  static const yolo4j::CpuName name;
  return name.text[0] == '\0' ? "unknown CPU" : name.text;
}

// Names as in /proc/cpuinfo where it has one, so that people can compare.
const char* yolo4j_cpu_feature_name(int32_t feature) {
  switch (feature) {
    case YOLO4J_CPU_SSE4_2:
      return "sse4_2";
    case YOLO4J_CPU_AVX2:
      return "avx2";
    case YOLO4J_CPU_FMA:
      return "fma";
    case YOLO4J_CPU_F16C:
      return "f16c";
    case YOLO4J_CPU_AVX512F:
      return "avx512f";
    case YOLO4J_CPU_AVX512BW:
      return "avx512bw";
    case YOLO4J_CPU_AVX512DQ:
      return "avx512dq";
    case YOLO4J_CPU_AVX512VL:
      return "avx512vl";
    case YOLO4J_CPU_AVX512_VNNI:
      return "avx512_vnni";
    case YOLO4J_CPU_AVX512_BF16:
      return "avx512_bf16";
    case YOLO4J_CPU_AVX512_FP16:
      return "avx512_fp16";
    case YOLO4J_CPU_AMX_TILE:
      return "amx_tile";
    case YOLO4J_CPU_AMX_BF16:
      return "amx_bf16";
    case YOLO4J_CPU_AMX_INT8:
      return "amx_int8";
    case YOLO4J_CPU_NEON:
      return "neon";
    case YOLO4J_CPU_DOTPROD:
      return "dotprod";
    case YOLO4J_CPU_I8MM:
      return "i8mm";
    case YOLO4J_CPU_BF16:
      return "bf16";
    case YOLO4J_CPU_SVE:
      return "sve";
    default:
      return nullptr;
  }
}
