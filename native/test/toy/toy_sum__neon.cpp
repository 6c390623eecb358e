#include <arm_neon.h>

#include "toy/toy.h"

namespace toy {
namespace {

float sum_f32__neon(const float* x, int64_t n) {
  float32x4_t sums = vdupq_n_f32(0);
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    sums = vaddq_f32(sums, vld1q_f32(x + i));
  }
  float sum = vaddvq_f32(sums);
  for (; i < n; i++) {
    sum += x[i];
  }
  return sum;
}

}  // namespace

const Kernels kNeon = {sum_f32__neon};

}  // namespace toy
