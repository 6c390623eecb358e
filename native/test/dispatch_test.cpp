#include "runtime/dispatch.h"

#include <initializer_list>

#include "check.h"
#include "runtime/cpu_features.h"
#include "toy/toy.h"

namespace {

using yolo4j::cpu_bit;

constexpr uint64_t kAvx2 =
    cpu_bit(YOLO4J_CPU_AVX2) | cpu_bit(YOLO4J_CPU_FMA) | cpu_bit(YOLO4J_CPU_F16C);
constexpr uint64_t kAvx512 = kAvx2 | cpu_bit(YOLO4J_CPU_AVX512F) | cpu_bit(YOLO4J_CPU_AVX512BW) |
                             cpu_bit(YOLO4J_CPU_AVX512DQ) | cpu_bit(YOLO4J_CPU_AVX512VL);

int32_t chosen(const char* wish, uint64_t features) {
  int32_t isa = -9;
  CHECK_EQUAL(yolo4j::choose_isa(wish, features, &isa), YOLO4J_OK);
  return isa;
}

void takes_the_best_that_is_complete() {
  CHECK_EQUAL(chosen(nullptr, 0), YOLO4J_ISA_SCALAR);
  CHECK_EQUAL(chosen("", kAvx2), YOLO4J_ISA_AVX2);
  CHECK_EQUAL(chosen("", kAvx2 & ~cpu_bit(YOLO4J_CPU_FMA)), YOLO4J_ISA_SCALAR);
  CHECK_EQUAL(chosen("", kAvx512), YOLO4J_ISA_AVX512);
  // Knights Landing has AVX-512 F without VL.
  CHECK_EQUAL(chosen("", kAvx512 & ~cpu_bit(YOLO4J_CPU_AVX512VL)), YOLO4J_ISA_AVX2);
  CHECK_EQUAL(chosen("", cpu_bit(YOLO4J_CPU_NEON)), YOLO4J_ISA_NEON);
}

void wish_is_followed_or_refused() {
  CHECK_EQUAL(chosen("scalar", kAvx512), YOLO4J_ISA_SCALAR);
  CHECK_EQUAL(chosen("avx2", kAvx512), YOLO4J_ISA_AVX2);
  int32_t isa = -9;
  CHECK_EQUAL(yolo4j::choose_isa("avx512", kAvx2, &isa), YOLO4J_UNSUPPORTED);
  CHECK_CONTAINS(yolo4j_last_error(),
                 "lacks avx512f, avx512bw, avx512dq, avx512vl; it can run scalar, avx2");
  CHECK_EQUAL(yolo4j::choose_isa("sse2", kAvx2, &isa), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "YOLO4J_ISA must be one of scalar, avx2, avx512, neon, got \"sse2\"");
  CHECK_EQUAL(isa, -9);
}

void codes_have_names() {
  for (int32_t isa = 0; isa < yolo4j::kIsaCount; isa++) {
    CHECK(yolo4j_isa_name(isa) != nullptr);
  }
  CHECK(yolo4j_isa_name(yolo4j::kIsaCount) == nullptr);
  CHECK_EQUAL(yolo4j_isa_supported(YOLO4J_ISA_SCALAR), 1);
  CHECK_EQUAL(yolo4j_isa_supported(-1), 0);
  CHECK_EQUAL(yolo4j_isa_supported(yolo4j::kIsaCount), 0);
  CHECK_EQUAL(yolo4j_dispatch_isa(nullptr), YOLO4J_INVALID_ARGUMENT);
}

void family_falls_back_to_simpler_versions() {
  const toy::Kernels scalar = {nullptr};
  const toy::Kernels avx2 = {nullptr};
  auto family = yolo4j::KernelFamily<toy::Kernels>(&scalar).with(YOLO4J_ISA_AVX2, &avx2);
  CHECK(family.exactly(YOLO4J_ISA_AVX512) == nullptr);
  CHECK(family.best(YOLO4J_ISA_SCALAR) == &scalar);
  CHECK(family.best(YOLO4J_ISA_AVX2) == &avx2);
  CHECK(family.best(YOLO4J_ISA_AVX512) == &avx2);
  CHECK(family.best(YOLO4J_ISA_NEON) == &scalar);
}

void every_version_that_runs_here_agrees_with_the_scalar() {
  float values[37];
  for (int i = 0; i < 37; i++) {
    values[i] = static_cast<float>(i);
  }
  for (int32_t isa = 0; isa < yolo4j::kIsaCount; isa++) {
    const toy::Kernels* kernels = toy::family().exactly(isa);
    if (kernels == nullptr || yolo4j_isa_supported(isa) == 0) {
      std::printf("toy %s: not run here\n", yolo4j_isa_name(isa));
      continue;
    }
    for (int64_t n : {0, 1, 7, 8, 9, 15, 16, 17, 37}) {
      CHECK_CLOSE(kernels->sum_f32(values, n), static_cast<double>(n * (n - 1) / 2), 1e-6, 0);
    }
  }
}

void process_runs_the_best_version() {
  int32_t isa = -9;
  const toy::Kernels* kernels = nullptr;
  CHECK_EQUAL(yolo4j_dispatch_isa(&isa), YOLO4J_OK);
  CHECK_EQUAL(toy::family().dispatch(&kernels), YOLO4J_OK);
  CHECK(kernels == toy::family().best(isa));
}

}  // namespace

int main() {
  takes_the_best_that_is_complete();
  wish_is_followed_or_refused();
  codes_have_names();
  family_falls_back_to_simpler_versions();
  every_version_that_runs_here_agrees_with_the_scalar();
  process_runs_the_best_version();
  return check::result();
}
