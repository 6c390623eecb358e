// The smallest kernel family: the sum of n floats. It shows the pattern and tests the dispatch.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace toy {

struct Kernels {
  /// Sums x[0 … n − 1]; n may be 0.
  float (*sum_f32)(const float* x, int64_t n);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const yolo4j::KernelFamily<Kernels>& family() noexcept;

}  // namespace toy
