#include <immintrin.h>

#include "bench/peak.h"

namespace {

#include "simd/vector_avx512.h"
// In terms of the above.
#include "bench/peak_run.h"

}  // namespace

bench::PeakRun bench::peak_run_avx512(int64_t rounds) { return peak_run(rounds); }
