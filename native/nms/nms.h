// Non-maximum suppression: what every instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::nms {

/// Corners in the order of the caller's buffers.
struct Box {
  float x1;
  float y1;
  float x2;
  float y2;
};

/// As many as the widest register has lanes.
constexpr int64_t kBlockBoxes = 16;

/// Kept boxes of one class, in structure-of-arrays form: one candidate is compared with a register
/// of them at a time. Places without a box are zeros, which suppress nothing: their intersection
/// with any box is 0 or NaN.
struct Block {
  float x1[kBlockBoxes];
  float y1[kBlockBoxes];
  float x2[kBlockBoxes];
  float y2[kBlockBoxes];
  float area[kBlockBoxes];
  int32_t older;  // index of the class's block before this one, or -1
  int32_t size;
};

struct Kernels {
  /// Whether the IoU of the box with one of the list's is greater than the threshold, which is 0 or
  /// more. The list begins with block `newest`; -1 is the empty one.
  bool (*suppressed)(const Block* blocks, int32_t newest, const Box& box, float threshold);
  /// Writes the places of those scores that are neither below `low` nor above `high`, NaN among
  /// them, in rising order, and returns how many. A NaN bound bounds nothing.
  int64_t (*between)(const float* scores, int64_t count, float low, float high, int32_t* found);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::nms
