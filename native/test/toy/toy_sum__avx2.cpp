#include <immintrin.h>

#include "toy/toy.h"

namespace toy {
namespace {

float sum_f32__avx2(const float* x, int64_t n) {
  __m256 sums = _mm256_setzero_ps();
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    sums = _mm256_add_ps(sums, _mm256_loadu_ps(x + i));
  }
  float lanes[8];
  _mm256_storeu_ps(lanes, sums);
  float sum = 0;
  for (float lane : lanes) {
    sum += lane;
  }
  for (; i < n; i++) {
    sum += x[i];
  }
  return sum;
}

}  // namespace

const Kernels kAvx2 = {sum_f32__avx2};

}  // namespace toy
