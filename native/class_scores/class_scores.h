// Class logits of the anchors whose objectness passes: what every instruction set implements. See
// README.md.
#pragma once

#include <cstdint>

#include "decode/decode.h"
#include "maps/maps.h"
#include "runtime/dispatch.h"
#include "yolo4j.h"

namespace yolo4j::class_scores {

/// Classes that stand beside each other in packed weights. A multiple of every instruction set's
/// lanes.
constexpr int64_t kPanel = 16;

/// Floats of a panel: biases, then a row of weights for each channel.
inline int64_t panel_floats(int64_t channels) { return (channels + 1) * kPanel; }

/// Cells of one anchor, their features in float32.
struct Block {
  const float* features;   // [pairs][channels]
  int64_t feature_stride;  // elements from a pair's features to the next one's
  const float* panels;     // the anchor's
  const int32_t* cells;    // [pairs]
  float* y;                // the anchor's first class in cell 0
  int64_t pairs;
  int64_t channels;
  int64_t classes;
  int64_t y_cell;  // elements from a cell's logits to the next one's
};

/// Kernels of one instruction set.
struct Kernels {
  void (*block)(const Block& block);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

using Buffers = yolo4j_class_scores_buffers;

/// Checked parameters, and the kernels of other families that a run needs.
struct Scores {
  const Kernels* kernels;
  const decode::Kernels* compare;
  const maps::Kernels* convert;
  yolo4j_class_scores p;

  int64_t panels() const { return (p.classes + kPanel - 1) / kPanel; }
  int64_t anchor_floats() const { return panels() * panel_floats(p.channels); }
};

int64_t workspace_bytes(const Scores& scores);
void pack(const Scores& scores, const float* weight, const float* bias, float* packed);
void run(const Scores& scores, const Buffers& buffers);

}  // namespace yolo4j::class_scores
