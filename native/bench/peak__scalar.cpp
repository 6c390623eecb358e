#include "bench/peak.h"

namespace {

// The scalar kernels sum in double precision, without fused multiplications; the compiler may do
// two at once.
constexpr int64_t kLanes = 1;
using Vector = double;
Vector splat(float v) { return static_cast<double>(v); }
Vector add(Vector a, Vector b) { return a + b; }
Vector fma(Vector a, Vector b, Vector c) { return a * b + c; }
void store(float* y, Vector v) { *y = static_cast<float>(v); }

#include "bench/peak_run.h"

}  // namespace

bench::PeakRun bench::peak_run_scalar(int64_t rounds) { return peak_run(rounds); }
