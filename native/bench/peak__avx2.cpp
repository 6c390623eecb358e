#include <immintrin.h>

#include "bench/peak.h"

namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "bench/peak_run.h"

}  // namespace

bench::PeakRun bench::peak_run_avx2(int64_t rounds) { return peak_run(rounds); }
