#include <arm_neon.h>

#include "bench/peak.h"

namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "bench/peak_run.h"

}  // namespace

bench::PeakRun bench::peak_run_neon(int64_t rounds) { return peak_run(rounds); }
