#include "bench/peak.h"

#include "bench/bench.h"

namespace bench {
namespace {

PeakRun run(int32_t isa, int64_t rounds) {
#if defined(YOLO4J_X86)
  if (isa == YOLO4J_ISA_AVX512) {
    return peak_run_avx512(rounds);
  }
  if (isa == YOLO4J_ISA_AVX2) {
    return peak_run_avx2(rounds);
  }
#elif defined(YOLO4J_ARM64)
  if (isa == YOLO4J_ISA_NEON) {
    return peak_run_neon(rounds);
  }
#endif
  (void)isa;
  return peak_run_scalar(rounds);
}

}  // namespace

double peak_flops(int32_t isa) {
  constexpr int64_t kRounds = 20000;
  PeakRun last = {};
  volatile float kept = 0;
  double one = median_seconds(1, [&](int64_t) {
    last = run(isa, kRounds);
    kept = kept + last.kept;
  });
  return static_cast<double>(2 * kPeakSums * kRounds * last.lanes) / one;
}

}  // namespace bench
