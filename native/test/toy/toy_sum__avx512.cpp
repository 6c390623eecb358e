#include <immintrin.h>

#include "toy/toy.h"

namespace toy {
namespace {

float sum_f32__avx512(const float* x, int64_t n) {
  __m512 sums = _mm512_setzero_ps();
  for (int64_t i = 0; i < n; i += 16) {
    // The masked load never touches memory past the end.
    __mmask16 valid = n - i < 16 ? static_cast<__mmask16>((1u << (n - i)) - 1) : 0xffff;
    sums = _mm512_add_ps(sums, _mm512_maskz_loadu_ps(valid, x + i));
  }
  return _mm512_reduce_add_ps(sums);
}

}  // namespace

const Kernels kAvx512 = {sum_f32__avx512};

}  // namespace toy
