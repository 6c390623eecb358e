// What the two layouts share: checked parameters, the team of threads, statistics of a channel.
#pragma once

#include <cstdint>

#include "batch_norm/batch_norm.h"
#include "runtime/team.h"
#include "yolo4j.h"

namespace yolo4j::batch_norm {

/// Checked parameters.
struct Norm {
  const Kernels* kernels;
  int32_t element;
  int32_t activation;
  int32_t threads;
  int64_t images;
  int64_t channels;
  int64_t pixels;
  double epsilon;
  double momentum;
  /// So many elements, with their gradients, stay in a cache from one pass to the next.
  int64_t cached;

  /// Values of one channel.
  int64_t count() const { return images * pixels; }
  int64_t element_size() const { return element == kF32 ? 4 : 2; }
  const char* at(const void* x, int64_t index) const {
    return static_cast<const char*>(x) + index * element_size();
  }
  char* at(void* x, int64_t index) const { return static_cast<char*>(x) + index * element_size(); }
  double value(const void* x, int64_t index) const;
};

using Forward = yolo4j_batch_norm_forward_buffers;
using Backward = yolo4j_batch_norm_backward_buffers;

/// Sums over this many elements run in float32, larger ones add such sums in double precision. A
/// tile of this size also fits the second-level cache together with its gradient.
constexpr int64_t kTile = 8192;

/// A pair of sums: of x − shift and its square, or of g and g·(x − mean).
struct Sums {
  double first;
  double second;
};

/// Sums of squares lose no digits when they are taken of differences to a value near the mean: the
/// mean of so many samples of the channel.
constexpr int64_t kShiftSamples = 16;

/// Which of a channel's values is sample i: four places, neighbours at each for the cache's sake.
inline int64_t shift_sample(const Norm& norm, int64_t i) {
  int64_t sample = norm.count() * (i / 4 * 2 + 1) / 8 + i % 4;
  return sample < norm.count() ? sample : norm.count() - 1;
}

/// Shift from the sum of the samples; 0 where that isn't finite, so that an infinity shows in the
/// mean as it should.
float shift_of(double sample_sum);

/// Writes mean and inverse deviation of a channel, moves its running statistics, returns what
/// normalises it.
Coefficients finish_statistics(const Norm& norm, const Forward& buffers, int64_t channel,
                               float shift, Sums sums);

/// What normalises a channel, from the saved statistics.
Coefficients coefficients_of(const Backward& buffers, int64_t channel);

/// Writes the gradients of weight and bias of a channel, returns what makes dx.
GradientCoefficients finish_gradient(const Norm& norm, const Backward& buffers, int64_t channel,
                                     Sums sums);

/// A tensor of this size stays in a last-level cache of 32 MB, with its gradients.
constexpr int64_t kCachedElements = int64_t{2} << 20;

/// Whether the backward run, with so many elements between its passes, keeps g instead of computing
/// it twice: where the activation takes long, and g loses nothing by it and is found in a cache.
inline bool keeps_gradient(const Norm& norm, int64_t elements) {
  return norm.element == kF32 && norm.activation == kSilu && elements <= norm.cached;
}

/// Bytes of workspace.
int64_t planes_workspace(const Norm& norm);
int64_t rows_workspace(const Norm& norm);

void forward_planes(const Norm& norm, const Forward& buffers);
void forward_rows(const Norm& norm, const Forward& buffers);
void backward_planes(const Norm& norm, const Backward& buffers);
void backward_rows(const Norm& norm, const Backward& buffers);

}  // namespace yolo4j::batch_norm
