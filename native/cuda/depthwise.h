// How depthwise passes are cut into blocks. It depends on the sizes alone, never on the device, and
// so do the bits of the results.
#pragma once

#include <cstdint>

#include "cuda/driver.h"
#include "cuda/shapes.h"
#include "yolo4j.h"

namespace yolo4j::cuda {

/// A checked convolution.
struct Depthwise {
  yolo4j_depthwise p;
  int32_t out_height;
  int32_t out_width;

  bool planes() const noexcept { return p.layout == YOLO4J_LAYOUT_NCHW; }
  int64_t weights() const noexcept { return p.channels * p.kernel * p.kernel; }
};

int32_t read_depthwise(const char* operation, const yolo4j_depthwise* given, Depthwise* out);

/// The kernel, blocks and threads of a pass.
template <typename Shape>
struct Plan {
  Kernel kernel;
  int64_t blocks;
  int32_t threads;
  Shape shape;
};

Plan<DepthwiseShape> plan_forward(const Depthwise& d, bool aligned);
Plan<DepthwiseShape> plan_input_gradient(const Depthwise& d, bool aligned);
Plan<DepthwiseWeightShape> plan_weight_gradient(const Depthwise& d, bool aligned);

/// Second pass of a forward run with `pooled`.
MeanShape plan_means(const Depthwise& d, const DepthwiseShape& forward);
int64_t mean_blocks(const MeanShape& shape);
constexpr int32_t kMeanThreads = 256;

}  // namespace yolo4j::cuda
