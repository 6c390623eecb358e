// Squeeze and excite: means over pixels, two small products, and a factor a channel.
#include "cuda/kernels/activation.h"

namespace yolo4j::cuda {

constexpr int kMeanThreads = 128;
constexpr int kSumThreads = 256;
constexpr int kGateThreads = 256;

/// NCHW: a block a plane.
template <typename T>
DEVICE void plane_means(const T* __restrict__ x, float* __restrict__ mean, int64_t pixels,
                        int aligned) {
  SHARED_ARRAY(float, warp_sums, [32]);
  const T* plane = x + static_cast<int64_t>(blockIdx.x) * pixels;
  const int64_t vectors = aligned != 0 ? pixels / 4 : 0;
  float sum = 0;
  for (int64_t i = threadIdx.x; i < vectors; i += kMeanThreads) {
    float values[4];
    load_aligned<T, 4>(plane + i * 4, values);
    sum += (values[0] + values[1]) + (values[2] + values[3]);
  }
  for (int64_t i = vectors * 4 + threadIdx.x; i < pixels; i += kMeanThreads) {
    sum += to_float(plane[i]);
  }
  sum = block_sum(sum, kMeanThreads, warp_sums);
  if (threadIdx.x == 0) {
    mean[blockIdx.x] = sum / static_cast<float>(pixels);
  }
}

/// Where a thread stands in sums over rows, NHWC: it has four channels, and its block a share of an
/// image's pixels, which walkers share.
struct RowPlace {
  DEVICE explicit RowPlace(const RowSumShape& s)
      : rest(static_cast<int>(blockIdx.x) / s.channel_blocks),
        image(rest / s.tiles),
        tile(rest - image * s.tiles),
        walker(static_cast<int>(threadIdx.x) / s.lanes),
        walkers(static_cast<int>(blockDim.x) / s.lanes),
        lane(static_cast<int>(threadIdx.x) - walker * s.lanes),
        channel(((static_cast<int>(blockIdx.x) - rest * s.channel_blocks) * s.lanes + lane) * 4),
        valid(s.channels - channel) {}

  const int rest;  // image and tile
  const int image;
  const int tile;
  const int walker;
  const int walkers;
  const int lane;
  const int channel;
  const int valid;
};

/// NHWC: sums of tiles.
template <typename T>
DEVICE void row_sums(const T* __restrict__ x, float* __restrict__ partial, const RowSumShape& s) {
  SHARED_ARRAY(float4, sums, [kSumThreads]);
  const RowPlace at(s);
  float total[4] = {0, 0, 0, 0};
  if (at.valid > 0) {
    const T* from = x + at.image * s.pixels * s.channels + at.channel;
    for (int64_t pixel = static_cast<int64_t>(at.tile) * at.walkers + at.walker; pixel < s.pixels;
         pixel += static_cast<int64_t>(s.tiles) * at.walkers) {
      float values[4];
      load_four(from + pixel * s.channels, at.valid, s.aligned != 0, values);
#pragma unroll
      for (int c = 0; c < 4; c++) {
        total[c] += values[c];
      }
    }
  }
  sums[threadIdx.x] = float4{total[0], total[1], total[2], total[3]};
  __syncthreads();
  if (at.walker == 0 && at.valid > 0) {
    for (int other = 1; other < at.walkers; other++) {
      float4 more = sums[other * s.lanes + at.lane];
      total[0] += more.x;
      total[1] += more.y;
      total[2] += more.z;
      total[3] += more.w;
    }
    store_four(partial + static_cast<int64_t>(at.rest) * s.channels + at.channel, at.valid, false,
               total);
  }
}

/// out = activation(weight * in + bias): a warp an output of an image. The gradients ask for more:
/// `before` becomes the activation's argument, and `gradient`, that of the output, becomes that of
/// the argument. Both may be null.
template <typename T>
DEVICE void gate(const float* __restrict__ in, const T* __restrict__ weight,
                 const float* __restrict__ bias, float* __restrict__ out,
                 float* __restrict__ before, float* __restrict__ gradient, const GateShape& s) {
  const int64_t index = (static_cast<int64_t>(blockIdx.x) * kGateThreads + threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int64_t image = divide(index, s.outputs);
  const int output = static_cast<int>(index - image * s.outputs);
  if (image >= s.images) {
    return;  // whole warps only
  }
  const T* row = weight + static_cast<int64_t>(output) * s.inputs;
  const float* vector = in + image * s.inputs;
  float sum = 0;
  for (int i = lane; i < s.inputs; i += 32) {
    sum = fmaf(to_float(row[i]), vector[i], sum);
  }
  sum = warp_sum(sum);
  if (lane == 0) {
    sum = bias != nullptr ? sum + bias[output] : sum;
    out[index] = activate(s.activation, sum);
    if (before != nullptr) {
      before[index] = sum;
    }
    if (gradient != nullptr) {
      gradient[index] = activate_backward(s.activation, sum, gradient[index]);
    }
  }
}

/// y = x * factor, and + shift where the gradient asks for it. y may be x.
template <typename T, bool kShift>
DEVICE void scale(const T* x, const float* __restrict__ factor, const float* __restrict__ shift,
                  T* y, const ScaleShape& s) {
  const int64_t first = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  const bool last = s.layout == YOLO4J_LAYOUT_NHWC;
  // Where a factor's index changes: every plane, or every image and within it every channel.
  const int64_t run = last ? s.pixels * s.channels : s.pixels;
  const int64_t vectors = s.aligned != 0 ? s.count / 4 : 0;
  for (int64_t i = first; i < vectors; i += step) {
    const int64_t at = i * 4;
    const int64_t index = divide(at, run);
    const int64_t channel = last ? at - divide(at, s.channels) * s.channels : 0;
    const int64_t from = last ? index * s.channels + channel : index;
    float values[4];
    load_aligned<T, 4>(x + at, values);
#pragma unroll
    for (int k = 0; k < 4; k++) {
      const int64_t of = from + (last ? k : 0);
      values[k] = kShift ? fmaf(values[k], factor[of], shift[of]) : values[k] * factor[of];
    }
    store_aligned<T, 4>(y + at, values);
  }
  for (int64_t i = vectors * 4 + first; i < s.count; i += step) {
    const int64_t index = divide(i, run);
    const int64_t channel = last ? i - divide(i, s.channels) * s.channels : 0;
    const int64_t of = last ? index * s.channels + channel : index;
    const float value = to_float(x[i]);
    y[i] = from_float<T>(kShift ? fmaf(value, factor[of], shift[of]) : value * factor[of]);
  }
}

}  // namespace yolo4j::cuda

#define SQUEEZE_EXCITE_KERNELS(type, suffix)                                                 \
  KERNEL plane_means_##suffix(const type* x, float* mean, int64_t pixels, int aligned) {     \
    yolo4j::cuda::plane_means<type>(x, mean, pixels, aligned);                               \
  }                                                                                          \
  KERNEL row_sums_##suffix(const type* x, float* partial, yolo4j::cuda::RowSumShape shape) { \
    yolo4j::cuda::row_sums<type>(x, partial, shape);                                         \
  }                                                                                          \
  KERNEL gate_##suffix(const float* in, const type* weight, const float* bias, float* out,   \
                       float* before, float* gradient, yolo4j::cuda::GateShape shape) {      \
    yolo4j::cuda::gate<type>(in, weight, bias, out, before, gradient, shape);                \
  }                                                                                          \
  KERNEL scale_##suffix(const type* x, const float* factor, type* y,                         \
                        yolo4j::cuda::ScaleShape shape) {                                    \
    yolo4j::cuda::scale<type, false>(x, factor, nullptr, y, shape);                          \
  }
FOR_TYPES(SQUEEZE_EXCITE_KERNELS)
#undef SQUEEZE_EXCITE_KERNELS
