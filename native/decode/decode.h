// Detection head to candidates: what every instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::decode {

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };

struct Kernels {
  /// Writes the places of those of `count` logits, `stride` elements apart, that are above the
  /// threshold, which NaN never is; in rising order. Returns how many.
  int64_t (*above[kElements])(const void* x, int64_t count, int64_t stride, float threshold,
                              int32_t* found);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::decode
