// Outputs in NHWC, two rows of a block of channels at a time: the forward pass, and the input's
// gradient with stride 1, which is a convolution of dy with the kernel turned round.
#pragma once

#include "depthwise/convolution.h"

namespace yolo4j::depthwise {

/// How the means of y are summed: an image's rows are cut into parts, whatever the number of
/// threads, each so small that float32 sums do.
struct Pooling {
  explicit Pooling(const Convolution& convolution);

  int64_t rows;   // of a part; even
  int64_t parts;  // of an image
  int64_t units;  // parts of all images
};

/// What a pass reads and writes.
struct PairPass {
  const void* x;
  const float* table;  // taps_at()
  const float* bias;   // padded, or null
  void* y;
  float* sums;  // padded channels for each part of Pooling, overwritten; null: not wanted
};

/// Threads share rows of large images and blocks of channels of small ones. No bit depends on them.
void run_pairs(const Convolution& convolution, const PairPass& pass);

}  // namespace yolo4j::depthwise
