// Suppression, first half: candidates in the order of falling scores by a bitonic sort of 64-bit
// keys, score above key. How many there are is known on the device only, so every kernel asks.
#include "cuda/kernels/kernel.h"

namespace yolo4j::cuda {

constexpr int kSortBlock = 1024;  // elements that a block sorts in shared memory
constexpr int kSortThreads = kSortBlock / 2;

DEVICE int candidates_there(const int64_t* present, const NmsShape& s) {
  if (present == nullptr) {
    return s.count;
  }
  int64_t there = *present;
  return there < 0 ? 0 : there < s.count ? static_cast<int>(there) : s.count;
}

/// Elements that take part in the sort: a power of two, the last ones padding.
DEVICE int64_t sorted_size(const int64_t* present, const NmsShape& s) {
  int there = candidates_there(present, s);
  int64_t size = kSortBlock;
  while (size < there) {
    size *= 2;
  }
  return size;
}

/// Bits that rise as scores fall. A NaN, of whatever sign, comes first.
DEVICE uint32_t falling(float score) {
  uint32_t bits = score == score ? __float_as_uint(score) : 0x7fc00000u;
  uint32_t rising = (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
  return ~rising;
}

DEVICE void nms_keys(const float* __restrict__ scores, const int32_t* __restrict__ keys,
                     const int64_t* __restrict__ present,
                     unsigned long long* __restrict__ sort_keys, int32_t* __restrict__ order,
                     int32_t* __restrict__ kept_so_far, int64_t* __restrict__ kept_count,
                     const NmsShape& s) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i == 0) {
    *kept_so_far = 0;
    *kept_count = 0;
  }
  if (i >= sorted_size(present, s)) {
    return;
  }
  unsigned long long key = ~0ull;  // no score gives this
  if (i < candidates_there(present, s)) {
    uint32_t low =
        keys != nullptr ? static_cast<uint32_t>(keys[i]) ^ 0x80000000u : static_cast<uint32_t>(i);
    key = static_cast<unsigned long long>(falling(scores[i])) << 32 | low;
  }
  sort_keys[i] = key;
  order[i] = static_cast<int32_t>(i);
}

/// Elements compared in a step of the sort: the lower one's index; the other is `apart` above.
DEVICE int64_t lower_index(int64_t pair, int apart) {
  return (pair & ~static_cast<int64_t>(apart - 1)) * 2 + (pair & (apart - 1));
}

/// Steps of `size` from `apart` down to 1 in shared memory.
DEVICE void sort_shared(unsigned long long (&keys)[kSortBlock], int32_t (&order)[kSortBlock],
                        int64_t first, int64_t size, int apart) {
  for (; apart > 0; apart /= 2) {
    __syncthreads();
    const int low = static_cast<int>(lower_index(threadIdx.x, apart));
    const int high = low + apart;
    const bool rising = ((first + low) & size) == 0;
    if ((keys[low] > keys[high]) == rising) {
      const unsigned long long key = keys[low];
      keys[low] = keys[high];
      keys[high] = key;
      const int32_t index = order[low];
      order[low] = order[high];
      order[high] = index;
    }
  }
}

/// sort_size 0: sorts each block; else the last steps of that size.
DEVICE void nms_sort_block(const int64_t* __restrict__ present,
                           unsigned long long* __restrict__ sort_keys, int32_t* __restrict__ order,
                           const NmsShape& s) {
  SHARED_ARRAY(unsigned long long, keys, [kSortBlock]);
  SHARED_ARRAY(int32_t, indices, [kSortBlock]);
  const int64_t first = static_cast<int64_t>(blockIdx.x) * kSortBlock;
  const int64_t size = sorted_size(present, s);
  if (first >= size || s.sort_size > size) {
    return;
  }
  for (int i = static_cast<int>(threadIdx.x); i < kSortBlock; i += kSortThreads) {
    keys[i] = sort_keys[first + i];
    indices[i] = order[first + i];
  }
  if (s.sort_size == 0) {
    for (int run = 2; run <= kSortBlock; run *= 2) {
      sort_shared(keys, indices, first, run, run / 2);
    }
  } else {
    sort_shared(keys, indices, first, s.sort_size, kSortBlock / 2);
  }
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < kSortBlock; i += kSortThreads) {
    sort_keys[first + i] = keys[i];
    order[first + i] = indices[i];
  }
}

/// One step between elements that are further apart than a block.
DEVICE void nms_sort_step(const int64_t* __restrict__ present,
                          unsigned long long* __restrict__ sort_keys, int32_t* __restrict__ order,
                          const NmsShape& s) {
  const int64_t size = sorted_size(present, s);
  const int64_t low =
      lower_index(static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x, s.sort_apart);
  if (s.sort_size > size || low >= size) {
    return;
  }
  const int64_t high = low + s.sort_apart;
  const unsigned long long low_key = sort_keys[low];
  const unsigned long long high_key = sort_keys[high];
  if ((low_key > high_key) == ((low & s.sort_size) == 0)) {
    const int32_t index = order[low];
    sort_keys[low] = high_key;
    sort_keys[high] = low_key;
    order[low] = order[high];
    order[high] = index;
  }
}

/// Boxes and classes in the new order, so that what follows reads them side by side.
DEVICE void nms_gather(const float* __restrict__ boxes, const int32_t* __restrict__ class_ids,
                       const int64_t* __restrict__ present, const int32_t* __restrict__ order,
                       float4* __restrict__ sorted, int32_t* __restrict__ classes,
                       const NmsShape& s) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= s.most_candidates || i >= candidates_there(present, s)) {
    return;
  }
  const int64_t from = order[i];
  sorted[i] =
      float4{boxes[4 * from], boxes[4 * from + 1], boxes[4 * from + 2], boxes[4 * from + 3]};
  classes[i] = s.agnostic != 0 ? 0 : class_ids[from];
}

}  // namespace yolo4j::cuda

KERNEL nms_keys(const float* scores, const int32_t* keys, const int64_t* present,
                unsigned long long* sort_keys, int32_t* order, int32_t* kept_so_far,
                int64_t* kept_count, yolo4j::cuda::NmsShape shape) {
  yolo4j::cuda::nms_keys(scores, keys, present, sort_keys, order, kept_so_far, kept_count, shape);
}
KERNEL nms_sort_block(const int64_t* present, unsigned long long* sort_keys, int32_t* order,
                      yolo4j::cuda::NmsShape shape) {
  yolo4j::cuda::nms_sort_block(present, sort_keys, order, shape);
}
KERNEL nms_sort_step(const int64_t* present, unsigned long long* sort_keys, int32_t* order,
                     yolo4j::cuda::NmsShape shape) {
  yolo4j::cuda::nms_sort_step(present, sort_keys, order, shape);
}
KERNEL nms_gather(const float* boxes, const int32_t* class_ids, const int64_t* present,
                  const int32_t* order, float4* sorted, int32_t* classes,
                  yolo4j::cuda::NmsShape shape) {
  yolo4j::cuda::nms_gather(boxes, class_ids, present, order, sorted, classes, shape);
}
