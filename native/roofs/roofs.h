// The roofs of this CPU: what its multipliers and its memory do at best; see README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::roofs {

/// Multiplies and adds `rounds` times into as many registers as hide the latency. Gives how many
/// operations that were, and a value that depends on all.
using MultiplyAdd = int64_t (*)(int64_t rounds, float* kept);

/// One pass over `count` floats of each array, a multiple of kPassFloats. Gives a value that
/// depends on all that was read, or 0.
using Pass = float (*)(float* x, float* y, float* z, int64_t count);

/// The lengths and the alignment of arrays, in floats: whole rounds of every loop, whole lines.
constexpr int64_t kPassFloats = 128;
constexpr int64_t kLineBytes = 64;

struct Kernels {
  MultiplyAdd f32;
  MultiplyAdd bf16;  // null where the instruction set has none, like the next
  MultiplyAdd f16;
  MultiplyAdd i8;
  Pass read;    // x
  Pass write;   // x, with its first element
  Pass copy;    // y = x
  Pass triad;   // z = x + y / 2
  Pass update;  // x = -x
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

/// Multiply-adds of AMX's tiles, which belong to no instruction set of the above; null in builds
/// without them.
extern const MultiplyAdd kAmxBf16;
extern const MultiplyAdd kAmxI8;

/// Bytes of the data cache of this level as one core sees it; 0: not known.
int64_t cache_bytes(int32_t level) noexcept;

}  // namespace yolo4j::roofs
