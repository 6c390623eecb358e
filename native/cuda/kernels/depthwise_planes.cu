// Depthwise convolution in NCHW. A block makes a tile of 32 x 16 outputs of one plane: the input
// under it comes to shared memory once, as floats, zeros outside of the picture; a thread makes
// four outputs below each other and so reads each row of its taps once.
#include "cuda/kernels/activation.h"

namespace yolo4j::cuda {

constexpr int kTileWidth = 32;
constexpr int kTileHeight = 16;
constexpr int kOutputsDown = 4;
constexpr int kTileThreads = kTileWidth * kTileHeight / kOutputsDown;

/// Tile of a plane: grid.x counts tiles in a plane fastest.
struct Tile {
  int64_t plane;
  int index;
  int x;
  int y;
};

DEVICE Tile tile_of_block(const DepthwiseShape& s) {
  int in_plane = s.tiles_x * s.tiles_y;
  Tile tile;
  tile.plane = static_cast<int>(blockIdx.x) / in_plane;
  tile.index = static_cast<int>(blockIdx.x) - static_cast<int>(tile.plane) * in_plane;
  tile.y = tile.index / s.tiles_x * kTileHeight;
  tile.x = tile.index % s.tiles_x * kTileWidth;
  return tile;
}

template <typename T, int K, int S>
DEVICE void depthwise_planes(const T* __restrict__ x, const T* __restrict__ weight,
                             const float* __restrict__ bias, T* __restrict__ y,
                             float* __restrict__ partial, const DepthwiseShape& s) {
  constexpr int kWidth = (kTileWidth - 1) * S + K;
  constexpr int kHeight = (kTileHeight - 1) * S + K;
  SHARED_ARRAY(float, input, [kHeight][kWidth]);
  SHARED_ARRAY(float, taps, [K * K]);
  SHARED_ARRAY(float, warp_sums, [32]);
  const Tile tile = tile_of_block(s);
  const int thread = static_cast<int>(threadIdx.x);
  const int channel = static_cast<int>(tile.plane % s.channels);
  const T* plane = x + tile.plane * s.height * s.width;
  const int top = tile.y * S - s.pad_top;
  const int left = tile.x * S - s.pad_left;
  for (int i = thread; i < kWidth * kHeight; i += kTileThreads) {
    int row = i / kWidth;
    int column = i - row * kWidth;
    int iy = top + row;
    int ix = left + column;
    bool inside = iy >= 0 && iy < s.height && ix >= 0 && ix < s.width;
    input[row][column] = inside ? to_float(plane[static_cast<int64_t>(iy) * s.width + ix]) : 0.0f;
  }
  if (thread < K * K) {
    int tap = s.flip != 0 ? K * K - 1 - thread : thread;
    taps[thread] = to_float(weight[static_cast<int64_t>(channel) * K * K + tap]);
  }
  __syncthreads();

  const int column = thread % kTileWidth;
  const int first = thread / kTileWidth * kOutputsDown;
  float sum[kOutputsDown];
#pragma unroll
  for (int k = 0; k < kOutputsDown; k++) {
    sum[k] = bias != nullptr ? bias[channel] : 0.0f;
  }
#pragma unroll
  for (int row = 0; row < (kOutputsDown - 1) * S + K; row++) {
    float values[K];
#pragma unroll
    for (int kx = 0; kx < K; kx++) {
      values[kx] = input[first * S + row][column * S + kx];
    }
#pragma unroll
    for (int k = 0; k < kOutputsDown; k++) {
      const int ky = row - k * S;
      if (ky >= 0 && ky < K) {
#pragma unroll
        for (int kx = 0; kx < K; kx++) {
          sum[k] = fmaf(values[kx], taps[ky * K + kx], sum[k]);
        }
      }
    }
  }

  float total = 0;
  const int ox = tile.x + column;
#pragma unroll
  for (int k = 0; k < kOutputsDown; k++) {
    int oy = tile.y + first + k;
    if (ox < s.out_width && oy < s.out_height) {
      T rounded = from_float<T>(activate(s.activation, sum[k]));
      y[(tile.plane * s.out_height + oy) * s.out_width + ox] = rounded;
      total += to_float(rounded);
    }
  }
  if (partial != nullptr) {
    total = block_sum(total, kTileThreads, warp_sums);
    if (thread == 0) {
      partial[tile.plane * (s.tiles_x * s.tiles_y) + tile.index] = total;
    }
  }
}

/// The input's gradient with stride 2: a thread makes two neighbours of dx, which meet other taps;
/// so the threads of a warp do the same.
template <typename T, int K>
DEVICE void depthwise_planes_back(const T* __restrict__ dy, const T* __restrict__ weight,
                                  T* __restrict__ dx, const DepthwiseShape& s) {
  const int pairs = (s.out_width + s.pad_left % 2 + 1) / 2;
  const int64_t index = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t row = divide(index, pairs);
  const int64_t plane = divide(row, s.out_height);
  const int iy = static_cast<int>(row - plane * s.out_height);
  // Pairs begin at columns whose distance to the padding's edge is even.
  const int first = static_cast<int>(index - row * pairs) * 2 - s.pad_left % 2;
  if (plane >= static_cast<int64_t>(s.images) * s.channels) {
    return;
  }
  const T* source = dy + plane * s.height * s.width;
  const T* taps = weight + plane % s.channels * (K * K);
  float even = 0;
  float odd = 0;
#pragma unroll 1
  for (int ky = 0; ky < K; ky++) {
    int above = iy + s.pad_top - ky;
    if ((above & 1) != 0 || above < 0 || above / 2 >= s.height) {
      continue;
    }
    const T* line = source + static_cast<int64_t>(above / 2) * s.width;
    const int ox = (first + s.pad_left) / 2;
#pragma unroll
    for (int kx = 0; kx < K; kx++) {
      int column = ox - kx / 2;
      if (column >= 0 && column < s.width) {
        float product = to_float(line[column]);
        float tap = to_float(taps[ky * K + kx]);
        if (kx % 2 == 0) {
          even = fmaf(product, tap, even);
        } else {
          odd = fmaf(product, tap, odd);
        }
      }
    }
  }
  T* target = dx + (plane * s.out_height + iy) * s.out_width;
  if (first >= 0) {
    target[first] = from_float<T>(even);
  }
  if (first + 1 < s.out_width) {
    target[first + 1] = from_float<T>(odd);
  }
}

constexpr int kBandRows = 16;
constexpr int kWeightThreads = 128;

/// The weights' gradient: a thread walks down a column of a band of rows, with the window of x in
/// registers; a block sums one channel over its share of the columns of all bands and images.
template <typename T, int K>
DEVICE void depthwise_planes_weight(const T* __restrict__ x, const T* __restrict__ dy,
                                    float* __restrict__ partial, const DepthwiseWeightShape& s) {
  SHARED_ARRAY(float, warp_sums, [kWeightThreads / 32][K * K]);
  const int channel = static_cast<int>(blockIdx.x) / s.splits;
  const int split = static_cast<int>(blockIdx.x) - channel * s.splits;
  const int64_t begin = split * s.items_each;
  const int64_t end = begin + s.items_each < s.items ? begin + s.items_each : s.items;
  float sum[K * K];
#pragma unroll
  for (int t = 0; t < K * K; t++) {
    sum[t] = 0;
  }
  for (int64_t item = begin + threadIdx.x; item < end; item += kWeightThreads) {
    const int64_t line = divide(item, s.out_width);
    const int ox = static_cast<int>(item - line * s.out_width);
    const int64_t image = divide(line, s.bands);
    const int first = static_cast<int>(line - image * s.bands) * kBandRows;
    const int last = min(first + kBandRows, s.out_height);
    const int64_t plane = image * s.channels + channel;
    const T* source = x + plane * s.height * s.width;
    const T* gradient = dy + plane * s.out_height * s.out_width + ox;
    const int left = ox * s.stride - s.pad_left;
    float window[K][K];
    // The rows above the first output's last `stride` ones; each step brings those.
    int iy = first * s.stride - s.pad_top;
#pragma unroll
    for (int ky = 0; ky < K; ky++) {
#pragma unroll
      for (int kx = 0; kx < K; kx++) {
        window[ky][kx] = 0;
      }
    }
    int missing = K;
    for (int oy = first; oy < last; oy++) {
      for (; missing > 0; missing--, iy++) {
#pragma unroll
        for (int ky = 0; ky + 1 < K; ky++) {
#pragma unroll
          for (int kx = 0; kx < K; kx++) {
            window[ky][kx] = window[ky + 1][kx];
          }
        }
        const bool row_inside = iy >= 0 && iy < s.height;
        const T* row = source + static_cast<int64_t>(row_inside ? iy : 0) * s.width;
#pragma unroll
        for (int kx = 0; kx < K; kx++) {
          int ix = left + kx;
          window[K - 1][kx] = row_inside && ix >= 0 && ix < s.width ? to_float(row[ix]) : 0.0f;
        }
      }
      missing = s.stride;
      const float g = to_float(gradient[static_cast<int64_t>(oy) * s.out_width]);
#pragma unroll
      for (int t = 0; t < K * K; t++) {
        sum[t] = fmaf(g, window[t / K][t % K], sum[t]);
      }
    }
  }
  const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
  for (int t = 0; t < K * K; t++) {
    float total = warp_sum(sum[t]);
    if (thread % 32 == 0) {
      warp_sums[thread / 32][t] = total;
    }
  }
  __syncthreads();
  if (thread < K * K) {
    float total = 0;
    for (int warp = 0; warp < kWeightThreads / 32; warp++) {
      total += warp_sums[warp][thread];
    }
    partial[(static_cast<int64_t>(split) * s.channels + channel) * (K * K) + thread] = total;
  }
}

}  // namespace yolo4j::cuda

#define DEPTHWISE_PLANES_KERNEL(type, suffix, side, step)                                         \
  KERNEL depthwise_planes_k##side##s##step##_##suffix(const type* x, const type* weight,          \
                                                      const float* bias, type* y, float* partial, \
                                                      yolo4j::cuda::DepthwiseShape shape) {       \
    yolo4j::cuda::depthwise_planes<type, side, step>(x, weight, bias, y, partial, shape);         \
  }
#define DEPTHWISE_PLANES_KERNELS(type, suffix, side)                                               \
  DEPTHWISE_PLANES_KERNEL(type, suffix, side, 1)                                                   \
  DEPTHWISE_PLANES_KERNEL(type, suffix, side, 2)                                                   \
  KERNEL depthwise_planes_back_k##side##_##suffix(const type* dy, const type* weight, type* dx,    \
                                                  yolo4j::cuda::DepthwiseShape shape) {            \
    yolo4j::cuda::depthwise_planes_back<type, side>(dy, weight, dx, shape);                        \
  }                                                                                                \
  KERNEL depthwise_planes_weight_k##side##_##suffix(const type* x, const type* dy, float* partial, \
                                                    yolo4j::cuda::DepthwiseWeightShape shape) {    \
    yolo4j::cuda::depthwise_planes_weight<type, side>(x, dy, partial, shape);                      \
  }
#define DEPTHWISE_PLANES_OF_TYPE(type, suffix) \
  DEPTHWISE_PLANES_KERNELS(type, suffix, 3)    \
  DEPTHWISE_PLANES_KERNELS(type, suffix, 5)
FOR_TYPES(DEPTHWISE_PLANES_OF_TYPE)
#undef DEPTHWISE_PLANES_OF_TYPE
#undef DEPTHWISE_PLANES_KERNELS
#undef DEPTHWISE_PLANES_KERNEL
