// The gradients of squeeze and excite, as native/squeeze_excite/README.md has them. Uses what the
// forward kernels' file has.
#include "cuda/kernels/activation.h"

namespace yolo4j::cuda {

constexpr int kTransposedColumns = 32;  // of a block
constexpr int kTransposedWalkers = 8;

/// NCHW: a block a plane; its mean, and the sum of x * dy, which is the gradient of its factor.
template <typename T>
DEVICE void plane_gradient_sums(const T* __restrict__ x, const T* __restrict__ dy,
                                float* __restrict__ mean, float* __restrict__ dfactor,
                                int64_t pixels, int aligned) {
  SHARED_ARRAY(float, warp_sums, [32]);
  const int64_t begin = static_cast<int64_t>(blockIdx.x) * pixels;
  const int64_t vectors = aligned != 0 ? pixels / 4 : 0;
  float sum = 0;
  float dot = 0;
  for (int64_t i = threadIdx.x; i < vectors; i += kMeanThreads) {
    float values[4];
    float gradients[4];
    load_aligned<T, 4>(x + begin + i * 4, values);
    load_aligned<T, 4>(dy + begin + i * 4, gradients);
    sum += (values[0] + values[1]) + (values[2] + values[3]);
#pragma unroll
    for (int k = 0; k < 4; k++) {
      dot = fmaf(values[k], gradients[k], dot);
    }
  }
  for (int64_t i = vectors * 4 + threadIdx.x; i < pixels; i += kMeanThreads) {
    const float value = to_float(x[begin + i]);
    sum += value;
    dot = fmaf(value, to_float(dy[begin + i]), dot);
  }
  sum = block_sum(sum, kMeanThreads, warp_sums);
  dot = block_sum(dot, kMeanThreads, warp_sums);
  if (threadIdx.x == 0) {
    mean[blockIdx.x] = sum / static_cast<float>(pixels);
    dfactor[blockIdx.x] = dot;
  }
}

/// NHWC: as row_sums, of x and of x * dy.
template <typename T>
DEVICE void row_gradient_sums(const T* __restrict__ x, const T* __restrict__ dy,
                              float* __restrict__ partial, float* __restrict__ partial_dots,
                              const RowSumShape& s) {
  SHARED_ARRAY(float4, sums, [kSumThreads]);
  SHARED_ARRAY(float4, dots, [kSumThreads]);
  const RowPlace at(s);
  float total[4] = {0, 0, 0, 0};
  float dot[4] = {0, 0, 0, 0};
  if (at.valid > 0) {
    const int64_t begin = at.image * s.pixels * s.channels + at.channel;
    for (int64_t pixel = static_cast<int64_t>(at.tile) * at.walkers + at.walker; pixel < s.pixels;
         pixel += static_cast<int64_t>(s.tiles) * at.walkers) {
      float values[4];
      float gradients[4];
      load_four(x + begin + pixel * s.channels, at.valid, s.aligned != 0, values);
      load_four(dy + begin + pixel * s.channels, at.valid, s.aligned != 0, gradients);
#pragma unroll
      for (int c = 0; c < 4; c++) {
        total[c] += values[c];
        dot[c] = fmaf(values[c], gradients[c], dot[c]);
      }
    }
  }
  sums[threadIdx.x] = float4{total[0], total[1], total[2], total[3]};
  dots[threadIdx.x] = float4{dot[0], dot[1], dot[2], dot[3]};
  __syncthreads();
  if (at.walker == 0 && at.valid > 0) {
    for (int other = 1; other < at.walkers; other++) {
      const float4 more = sums[other * s.lanes + at.lane];
      const float4 more_dots = dots[other * s.lanes + at.lane];
      total[0] += more.x;
      total[1] += more.y;
      total[2] += more.z;
      total[3] += more.w;
      dot[0] += more_dots.x;
      dot[1] += more_dots.y;
      dot[2] += more_dots.z;
      dot[3] += more_dots.w;
    }
    const int64_t to = static_cast<int64_t>(at.rest) * s.channels + at.channel;
    store_four(partial + to, at.valid, false, total);
    store_four(partial_dots + to, at.valid, false, dot);
  }
}

/// From the gradient of a product's results to that of its vector: out = the activation's
/// derivative at `before` (null: 1) times the transposed weights times `gradient`, over `divisor`.
/// A block has 32 columns of an image, and 8 threads share the rows of each.
template <typename T>
DEVICE void gate_back(const float* __restrict__ gradient, const T* __restrict__ weight,
                      const float* __restrict__ before, float* __restrict__ out,
                      const GateBackShape& s) {
  SHARED_ARRAY(float, sums, [kTransposedWalkers][kTransposedColumns]);
  const int lane = static_cast<int>(threadIdx.x) % kTransposedColumns;
  const int walker = static_cast<int>(threadIdx.x) / kTransposedColumns;
  const int blocks = (s.columns + kTransposedColumns - 1) / kTransposedColumns;
  const int image = static_cast<int>(blockIdx.x) / blocks;
  const int column = (static_cast<int>(blockIdx.x) - image * blocks) * kTransposedColumns + lane;
  float total = 0;
  if (column < s.columns) {
    const float* factors = gradient + static_cast<int64_t>(image) * s.rows;
    for (int row = walker; row < s.rows; row += kTransposedWalkers) {
      total = fmaf(to_float(weight[static_cast<int64_t>(row) * s.columns + column]), factors[row],
                   total);
    }
  }
  sums[walker][lane] = total;
  __syncthreads();
  if (walker == 0 && column < s.columns) {
    for (int other = 1; other < kTransposedWalkers; other++) {
      total += sums[other][lane];
    }
    const int64_t index = static_cast<int64_t>(image) * s.columns + column;
    total = before != nullptr ? activate_backward(s.activation, before[index], total) : total;
    out[index] = total / s.divisor;
  }
}

/// The gradients of a product's weights, the sum over images of outer[row] * inner[column], and of
/// its biases, that of outer[row]. A thread has four columns of a row and takes the images in
/// order. `weight` or `bias` may be null.
template <typename T>
DEVICE void outer_sums(const float* __restrict__ outer, const float* __restrict__ inner,
                       T* __restrict__ weight, float* __restrict__ bias, const OuterShape& s) {
  const int64_t index = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int quads = (s.columns + 3) / 4;
  const int64_t row = divide(index, quads);
  const int column = static_cast<int>(index - row * quads) * 4;
  const int valid = s.columns - column;
  if (row >= s.rows) {
    return;
  }
  if (weight != nullptr) {
    float total[4] = {0, 0, 0, 0};
    for (int64_t image = 0; image < s.images; image++) {
      float values[4];
      load_four(inner + image * s.columns + column, valid, s.aligned != 0, values);
      const float factor = outer[image * s.rows + row];
#pragma unroll
      for (int c = 0; c < 4; c++) {
        total[c] = fmaf(factor, values[c], total[c]);
      }
    }
    store_four(weight + row * s.columns + column, valid, s.aligned != 0, total);
  }
  if (bias != nullptr && column == 0) {
    double sum = 0;
    for (int64_t image = 0; image < s.images; image++) {
      sum += static_cast<double>(outer[image * s.rows + row]);
    }
    bias[row] = static_cast<float>(sum);
  }
}

}  // namespace yolo4j::cuda

#define SQUEEZE_EXCITE_GRADIENT_KERNELS(type, suffix)                                             \
  KERNEL plane_gradient_sums_##suffix(const type* x, const type* dy, float* mean, float* dfactor, \
                                      int64_t pixels, int aligned) {                              \
    yolo4j::cuda::plane_gradient_sums<type>(x, dy, mean, dfactor, pixels, aligned);               \
  }                                                                                               \
  KERNEL row_gradient_sums_##suffix(const type* x, const type* dy, float* partial,                \
                                    float* partial_dots, yolo4j::cuda::RowSumShape shape) {       \
    yolo4j::cuda::row_gradient_sums<type>(x, dy, partial, partial_dots, shape);                   \
  }                                                                                               \
  KERNEL gate_back_##suffix(const float* gradient, const type* weight, const float* before,       \
                            float* out, yolo4j::cuda::GateBackShape shape) {                      \
    yolo4j::cuda::gate_back<type>(gradient, weight, before, out, shape);                          \
  }                                                                                               \
  KERNEL outer_sums_##suffix(const float* outer, const float* inner, type* weight, float* bias,   \
                             yolo4j::cuda::OuterShape shape) {                                    \
    yolo4j::cuda::outer_sums<type>(outer, inner, weight, bias, shape);                            \
  }                                                                                               \
  KERNEL scale_shift_##suffix(const type* x, const float* factor, const float* shift, type* y,    \
                              yolo4j::cuda::ScaleShape shape) {                                   \
    yolo4j::cuda::scale<type, true>(x, factor, shift, y, shape);                                  \
  }
FOR_TYPES(SQUEEZE_EXCITE_GRADIENT_KERNELS)
#undef SQUEEZE_EXCITE_GRADIENT_KERNELS
