// 8-bit pixels into a network's input: what every instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::pixels_in {

constexpr int64_t kChannels = 3;

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };

/// One row of the picture: `count` pixels.
struct Row {
  const uint8_t* pixels;
  int64_t count;
};

/// Kernels of one instruction set; all give the same bits.
struct Kernels {
  /// y[3·i + c] = pixel i's channel c / 255, or channel 2 − c where it says reverse.
  void (*interleaved[kElements])(const Row& row, bool reverse, void* y);
  /// y[c][i] = pixel i's channel c / 255.
  void (*planes[kElements])(const Row& row, void* const y[kChannels]);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::pixels_in
