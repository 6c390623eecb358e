#include "toy/toy.h"

namespace toy {
namespace {

float sum_f32__scalar(const float* x, int64_t n) {
  float sum = 0;
  for (int64_t i = 0; i < n; i++) {
    sum += x[i];
  }
  return sum;
}

}  // namespace

const Kernels kScalar = {sum_f32__scalar};

}  // namespace toy
