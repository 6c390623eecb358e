// Second passes over what blocks summed: always in the same order, so the same bits in every run.
#include "cuda/kernels/kernel.h"

namespace yolo4j::cuda {

constexpr int kMeanChannels = 32;  // of a block
constexpr int kMeanWalkers = 8;

/// The sum over splits of [split][count], in double precision: there may be many terms.
template <typename T>
DEVICE void weight_sum(const float* __restrict__ partial, T* __restrict__ sum, int64_t count,
                       int splits) {
  int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) {
    return;
  }
  double total = 0;
  for (int split = 0; split < splits; split++) {
    total += static_cast<double>(partial[split * count + i]);
  }
  sum[i] = from_float<T>(static_cast<float>(total));
}

DEVICE void mean_of_tiles(const float* __restrict__ partial, float* __restrict__ mean,
                          const MeanShape& s) {
  SHARED_ARRAY(float, sums, [kMeanWalkers][kMeanChannels]);
  const int lane = static_cast<int>(threadIdx.x) % kMeanChannels;
  const int walker = static_cast<int>(threadIdx.x) / kMeanChannels;
  const int blocks = (s.channels + kMeanChannels - 1) / kMeanChannels;
  const int image = static_cast<int>(blockIdx.x) / blocks;
  const int channel = (static_cast<int>(blockIdx.x) - image * blocks) * kMeanChannels + lane;
  float total = 0;
  if (channel < s.channels) {
    const float* from = partial + image * s.image_step + channel * s.channel_step;
    for (int tile = walker; tile < s.tiles; tile += kMeanWalkers) {
      total += from[tile * s.tile_step];
    }
  }
  sums[walker][lane] = total;
  __syncthreads();
  if (walker == 0 && channel < s.channels) {
    for (int other = 1; other < kMeanWalkers; other++) {
      total += sums[other][lane];
    }
    mean[static_cast<int64_t>(image) * s.channels + channel] = total / static_cast<float>(s.pixels);
  }
}

}  // namespace yolo4j::cuda

KERNEL mean_of_tiles(const float* partial, float* mean, yolo4j::cuda::MeanShape shape) {
  yolo4j::cuda::mean_of_tiles(partial, mean, shape);
}

#define WEIGHT_SUM(type, suffix)                                                           \
  KERNEL weight_sum_##suffix(const float* partial, type* sum, int64_t count, int splits) { \
    yolo4j::cuda::weight_sum<type>(partial, sum, count, splits);                           \
  }
FOR_TYPES(WEIGHT_SUM)
#undef WEIGHT_SUM
