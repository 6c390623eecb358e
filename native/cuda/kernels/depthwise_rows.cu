// Depthwise convolution in NHWC. A thread has four neighbouring channels, which are one vector
// where their number allows it; threads beside each other take the next channels, so nothing is
// shared but the weights: they come to shared memory as [tap][channel].
#include "cuda/kernels/activation.h"

namespace yolo4j::cuda {

constexpr int kRowThreads = 256;
constexpr int kLanes = 32;        // at most, over channels
constexpr int kOutputsRight = 4;  // of a run

/// The weights of the block's channels; zeros for those that don't exist. Ends with a barrier.
template <typename T, int K>
DEVICE void load_taps(const T* __restrict__ weight, int first_channel, int channels, int lanes,
                      bool flip, float4 (&taps)[K * K][kLanes]) {
  for (int i = static_cast<int>(threadIdx.x); i < lanes * 4 * K * K;
       i += static_cast<int>(blockDim.x)) {
    int channel = i / (K * K);
    int tap = i - channel * (K * K);
    float value = first_channel + channel < channels
                      ? to_float(weight[static_cast<int64_t>(first_channel) * (K * K) + i])
                      : 0.0f;
    int place = flip ? K * K - 1 - tap : tap;
    reinterpret_cast<float*>(&taps[place][channel / 4])[channel % 4] = value;
  }
  __syncthreads();
}

DEVICE void add_product(const float (&values)[4], const float4& tap, float (&sum)[4]) {
  sum[0] = fmaf(values[0], tap.x, sum[0]);
  sum[1] = fmaf(values[1], tap.y, sum[1]);
  sum[2] = fmaf(values[2], tap.z, sum[2]);
  sum[3] = fmaf(values[3], tap.w, sum[3]);
}

/// A block's place: grid.x counts blocks of channels fastest, then blocks of an image.
struct RowBlock {
  int image;
  int tile;
  int lane;
  int walker;
  int walkers;
  int first_channel;
  int channel;
};

DEVICE RowBlock row_block(const DepthwiseShape& s) {
  RowBlock b;
  int index = static_cast<int>(blockIdx.x);
  int rest = index / s.channel_blocks;
  b.image = rest / s.tiles_y;
  b.tile = rest - b.image * s.tiles_y;
  b.walker = static_cast<int>(threadIdx.x) / s.lanes;
  b.walkers = static_cast<int>(blockDim.x) / s.lanes;
  b.lane = static_cast<int>(threadIdx.x) - b.walker * s.lanes;
  b.first_channel = (index - rest * s.channel_blocks) * s.lanes * 4;
  b.channel = b.first_channel + b.lane * 4;
  return b;
}

/// One run of outputs of four channels; returns their sums.
template <typename T, int K, int S>
DEVICE void depthwise_run(const T* __restrict__ x, const float4 (&taps)[K * K][kLanes],
                          const float (&bias)[4], T* __restrict__ y, const DepthwiseShape& s,
                          const RowBlock& b, int oy, int first, float (&total)[4]) {
  const int valid = s.channels - b.channel;
  const bool aligned = s.aligned != 0;
  float sum[kOutputsRight][4];
#pragma unroll
  for (int k = 0; k < kOutputsRight; k++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      sum[k][c] = bias[c];
    }
  }
#pragma unroll 1
  for (int ky = 0; ky < K; ky++) {
    const int iy = oy * S - s.pad_top + ky;
    if (iy < 0 || iy >= s.height) {
      continue;
    }
    const T* row =
        x + (static_cast<int64_t>(b.image) * s.height + iy) * s.width * s.channels + b.channel;
    float4 line[K];
#pragma unroll
    for (int kx = 0; kx < K; kx++) {
      line[kx] = taps[ky * K + kx][b.lane];
    }
#pragma unroll
    for (int i = 0; i < (kOutputsRight - 1) * S + K; i++) {
      const int ix = first * S - s.pad_left + i;
      if (ix < 0 || ix >= s.width) {
        continue;
      }
      float values[4];
      load_four(row + static_cast<int64_t>(ix) * s.channels, valid, aligned, values);
#pragma unroll
      for (int k = 0; k < kOutputsRight; k++) {
        const int kx = i - k * S;
        if (kx >= 0 && kx < K) {
          add_product(values, line[kx], sum[k]);
        }
      }
    }
  }
  T* target =
      y + ((static_cast<int64_t>(b.image) * s.out_height + oy) * s.out_width + first) * s.channels +
      b.channel;
#pragma unroll
  for (int k = 0; k < kOutputsRight; k++) {
    if (first + k >= s.out_width) {
      break;
    }
#pragma unroll
    for (int c = 0; c < 4; c++) {
      sum[k][c] = to_float(from_float<T>(activate(s.activation, sum[k][c])));
      total[c] += sum[k][c];
    }
    store_four(target + static_cast<int64_t>(k) * s.channels, valid, aligned, sum[k]);
  }
}

template <typename T, int K, int S>
DEVICE void depthwise_rows(const T* __restrict__ x, const T* __restrict__ weight,
                           const float* __restrict__ bias, T* __restrict__ y,
                           float* __restrict__ partial, const DepthwiseShape& s) {
  SHARED_ARRAY(float4, taps, [K * K][kLanes]);
  SHARED_ARRAY(float4, sums, [kRowThreads]);
  const RowBlock b = row_block(s);
  load_taps<T, K>(weight, b.first_channel, s.channels, s.lanes, s.flip != 0, taps);
  float shift[4];
  float total[4];
#pragma unroll
  for (int c = 0; c < 4; c++) {
    shift[c] = bias != nullptr && b.channel + c < s.channels ? bias[b.channel + c] : 0.0f;
    total[c] = 0;
  }
  if (b.channel < s.channels) {
    for (int i = 0; i < s.each; i++) {
      int run = (b.tile * s.each + i) * b.walkers + b.walker;
      int oy = run / s.tiles_x;
      if (oy < s.out_height) {
        depthwise_run<T, K, S>(x, taps, shift, y, s, b, oy, (run - oy * s.tiles_x) * kOutputsRight,
                               total);
      }
    }
  }
  if (partial == nullptr) {
    return;
  }
  sums[threadIdx.x] = float4{total[0], total[1], total[2], total[3]};
  __syncthreads();
  if (b.walker == 0) {
    for (int other = 1; other < b.walkers; other++) {
      float4 more = sums[other * s.lanes + b.lane];
      total[0] += more.x;
      total[1] += more.y;
      total[2] += more.z;
      total[3] += more.w;
    }
    float* target =
        partial + (static_cast<int64_t>(b.image) * s.tiles_y + b.tile) * s.channels + b.channel;
    store_four(target, s.channels - b.channel, false, total);
  }
}

/// The input's gradient with stride 2, a pixel of four channels at a time: the taps whose distance
/// to it is even. (With stride 1 it is a convolution with the kernel turned round.)
template <typename T, int K>
DEVICE void depthwise_rows_back(const T* __restrict__ dy, const T* __restrict__ weight,
                                T* __restrict__ dx, const DepthwiseShape& s) {
  SHARED_ARRAY(float4, taps, [K * K][kLanes]);
  const RowBlock b = row_block(s);
  load_taps<T, K>(weight, b.first_channel, s.channels, s.lanes, false, taps);
  if (b.channel >= s.channels) {
    return;
  }
  const int valid = s.channels - b.channel;
  for (int i = 0; i < s.each; i++) {
    const int pixel = (b.tile * s.each + i) * b.walkers + b.walker;
    const int iy = pixel / s.out_width;
    const int ix = pixel - iy * s.out_width;
    if (iy >= s.out_height) {
      return;
    }
    float sum[4] = {0, 0, 0, 0};
#pragma unroll 1
    for (int ky = 0; ky < K; ky++) {
      const int above = iy + s.pad_top - ky;
      if ((above & 1) != 0 || above < 0 || above / 2 >= s.height) {
        continue;
      }
      const T* row = dy +
                     (static_cast<int64_t>(b.image) * s.height + above / 2) * s.width * s.channels +
                     b.channel;
#pragma unroll
      for (int kx = 0; kx < K; kx++) {
        const int beside = ix + s.pad_left - kx;
        if ((beside & 1) != 0 || beside < 0 || beside / 2 >= s.width) {
          continue;
        }
        float values[4];
        load_four(row + static_cast<int64_t>(beside / 2) * s.channels, valid, s.aligned != 0,
                  values);
        add_product(values, taps[ky * K + kx][b.lane], sum);
      }
    }
    T* target =
        dx + ((static_cast<int64_t>(b.image) * s.out_height + iy) * s.out_width + ix) * s.channels +
        b.channel;
    store_four(target, valid, s.aligned != 0, sum);
  }
}

/// Adds a row of dy times a row of x to the sums of one row of taps, the window of x in registers.
template <typename T, int K>
DEVICE void add_weight_row(const T* row, const T* gradient, const DepthwiseWeightShape& s,
                           int valid, float (&sum)[K][4]) {
  const bool aligned = s.aligned != 0;
  float window[K][4];
#pragma unroll
  for (int kx = 0; kx < K; kx++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      window[kx][c] = 0;
    }
  }
  int ix = -s.pad_left;
  int missing = K;
  for (int ox = 0; ox < s.out_width; ox++) {
    for (; missing > 0; missing--, ix++) {
#pragma unroll
      for (int kx = 0; kx + 1 < K; kx++) {
#pragma unroll
        for (int c = 0; c < 4; c++) {
          window[kx][c] = window[kx + 1][c];
        }
      }
      const bool inside = ix >= 0 && ix < s.width;
      load_four(row + static_cast<int64_t>(inside ? ix : 0) * s.channels, inside ? valid : 0,
                inside && aligned, window[K - 1]);
    }
    missing = s.stride;
    float g[4];
    load_four(gradient + static_cast<int64_t>(ox) * s.channels, valid, aligned, g);
#pragma unroll
    for (int kx = 0; kx < K; kx++) {
#pragma unroll
      for (int c = 0; c < 4; c++) {
        sum[kx][c] = fmaf(g[c], window[kx][c], sum[kx][c]);
      }
    }
  }
}

/// The weights' gradient: a thread has four channels of one row of taps and walks along rows of
/// dy; a block sums its channels over its share of all images' rows.
template <typename T, int K>
DEVICE void depthwise_rows_weight(const T* __restrict__ x, const T* __restrict__ dy,
                                  float* __restrict__ partial, const DepthwiseWeightShape& s) {
  SHARED_ARRAY(float, sums, [kRowThreads][K * 4]);
  const int block = static_cast<int>(blockIdx.x) / s.splits;
  const int split = static_cast<int>(blockIdx.x) - block * s.splits;
  const int thread = static_cast<int>(threadIdx.x);
  const int lane = thread % s.lanes;
  const int ky = thread / s.lanes % K;
  const int walker = thread / (s.lanes * K);
  const int channel = (block * s.lanes + lane) * 4;
  const int valid = s.channels - channel;
  const int64_t begin = split * s.items_each;
  const int64_t end = begin + s.items_each < s.items ? begin + s.items_each : s.items;
  float sum[K][4];
#pragma unroll
  for (int kx = 0; kx < K; kx++) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      sum[kx][c] = 0;
    }
  }
  for (int64_t item = begin + walker; valid > 0 && item < end; item += s.rows) {
    const int64_t image = divide(item, s.out_height);
    const int oy = static_cast<int>(item - image * s.out_height);
    const int iy = oy * s.stride - s.pad_top + ky;
    if (iy >= 0 && iy < s.height) {
      add_weight_row<T, K>(x + (image * s.height + iy) * s.width * s.channels + channel,
                           dy + item * s.out_width * s.channels + channel, s, valid, sum);
    }
  }
#pragma unroll
  for (int i = 0; i < K * 4; i++) {
    sums[thread][i] = sum[i / 4][i % 4];
  }
  __syncthreads();
  if (walker > 0) {
    return;
  }
#pragma unroll
  for (int i = 0; i < K * 4; i++) {
    float total = 0;
    for (int other = 0; other < s.rows; other++) {
      total += sums[thread + other * s.lanes * K][i];
    }
    if (i % 4 < valid) {
      partial[(static_cast<int64_t>(split) * s.channels + channel + i % 4) * (K * K) + ky * K +
              i / 4] = total;
    }
  }
}

}  // namespace yolo4j::cuda

#define DEPTHWISE_ROWS_KERNEL(type, suffix, side, step)                                         \
  KERNEL depthwise_rows_k##side##s##step##_##suffix(const type* x, const type* weight,          \
                                                    const float* bias, type* y, float* partial, \
                                                    yolo4j::cuda::DepthwiseShape shape) {       \
    yolo4j::cuda::depthwise_rows<type, side, step>(x, weight, bias, y, partial, shape);         \
  }
#define DEPTHWISE_ROWS_KERNELS(type, suffix, side)                                               \
  DEPTHWISE_ROWS_KERNEL(type, suffix, side, 1)                                                   \
  DEPTHWISE_ROWS_KERNEL(type, suffix, side, 2)                                                   \
  KERNEL depthwise_rows_back_k##side##_##suffix(const type* dy, const type* weight, type* dx,    \
                                                yolo4j::cuda::DepthwiseShape shape) {            \
    yolo4j::cuda::depthwise_rows_back<type, side>(dy, weight, dx, shape);                        \
  }                                                                                              \
  KERNEL depthwise_rows_weight_k##side##_##suffix(const type* x, const type* dy, float* partial, \
                                                  yolo4j::cuda::DepthwiseWeightShape shape) {    \
    yolo4j::cuda::depthwise_rows_weight<type, side>(x, dy, partial, shape);                      \
  }
#define DEPTHWISE_ROWS_OF_TYPE(type, suffix) \
  DEPTHWISE_ROWS_KERNELS(type, suffix, 3)    \
  DEPTHWISE_ROWS_KERNELS(type, suffix, 5)
FOR_TYPES(DEPTHWISE_ROWS_OF_TYPE)
#undef DEPTHWISE_ROWS_OF_TYPE
#undef DEPTHWISE_ROWS_KERNELS
#undef DEPTHWISE_ROWS_KERNEL
