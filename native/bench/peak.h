// The arithmetic roof: what the multipliers of an instruction set do with nothing to load.
#pragma once

#include <cstdint>

namespace bench {

/// Sums in flight: as many as hide the latency of a multiplication, and stay in registers.
constexpr int64_t kPeakSums = 12;

/// Multiplies and adds `rounds` times into kPeakSums registers; gives the lanes of a register, and
/// a value that depends on all.
struct PeakRun {
  int64_t lanes;
  float kept;
};
PeakRun peak_run_scalar(int64_t rounds);
PeakRun peak_run_avx2(int64_t rounds);
PeakRun peak_run_avx512(int64_t rounds);
PeakRun peak_run_neon(int64_t rounds);

/// FLOPs a second of this instruction set (YOLO4J_ISA_…), measured now on this thread.
double peak_flops(int32_t isa);

}  // namespace bench
