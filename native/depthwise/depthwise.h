// Depthwise convolution in NHWC: what every instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::depthwise {

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };
/// Taps of a row: 1 and 2 are what a stride of 2 leaves of 3 and 5 in the gradient of the input.
enum : int32_t { kTaps1, kTaps2, kTaps3, kTaps5, kTapCounts };
/// Strides between the source columns of neighbouring outputs.
enum : int32_t { kStride1, kStride2, kStrides };

constexpr int64_t kMostTaps = 5;

/// One row of outputs:
///   out[j] = activation(bias + Σ_r Σ_t source[r][first + j·stride + t] · weight[r][t]),
/// each a vector of `channels`; columns outside of 0 … columns − 1 count as zeros.
struct Row {
  int64_t sources;                 // rows that are summed, 0 to 5
  const void* source[kMostTaps];   // column 0 of each
  const float* weight[kMostTaps];  // tap 0 of each; a tap has `padded` floats
  const float* bias;               // `padded` floats, or null
  void* out;
  int64_t outputs;
  int64_t out_step;  // elements from one output to the next
  int64_t first;
  int64_t columns;
  int64_t channels;
  int64_t padded;  // channels rounded up to kPadding
  int32_t activation;
};

/// One row of the sums for the gradient of the weights:
///   sum[t] += Σ_j gradient[j] · source[first + j·stride + t].
struct WeightRow {
  const void* source;
  const void* gradient;
  float* sum;  // taps of `padded` floats
  int64_t outputs;
  int64_t first;
  int64_t columns;
  int64_t channels;
  int64_t padded;
};

/// Tables of floats have this many to a tap, so that whole registers may be loaded from them.
constexpr int64_t kPadding = 16;

/// Kernels of one instruction set; sums run in float32, the scalar ones in double precision.
struct Kernels {
  void (*row[kElements][kStrides][kTapCounts])(const Row& row);
  void (*weight_row[kElements][kStrides][kTapCounts])(const WeightRow& row);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::depthwise
