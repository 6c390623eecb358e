// Suppression, second half, a window of the sorted candidates at a time: which of them the kept
// ones so far suppress, which suppress which (a bit each), and one block that goes through them.
#include "cuda/kernels/kernel.h"

namespace yolo4j::cuda {

constexpr int kWord = 64;  // candidates of a word of bits, and threads of a block

/// Whether one suppresses the other, in exactly these float32 operations: a fused multiply-add
/// would give other bits than the CPU. A NaN suppresses nothing.
DEVICE bool overlaps(const float4& a, const float4& b, float threshold) {
  float width = __fsub_rn(fminf(a.z, b.z), fmaxf(a.x, b.x));
  float height = __fsub_rn(fminf(a.w, b.w), fmaxf(a.y, b.y));
  float inter = __fmul_rn(fmaxf(width, 0.0f), fmaxf(height, 0.0f));
  float area_a = __fmul_rn(__fsub_rn(a.z, a.x), __fsub_rn(a.w, a.y));
  float area_b = __fmul_rn(__fsub_rn(b.z, b.x), __fsub_rn(b.w, b.y));
  float all = __fsub_rn(__fadd_rn(area_a, area_b), inter);
  return __fdiv_rn(inter, all) > threshold;
}

/// Candidates of the window that exist; 0 too when enough are kept.
DEVICE int window_size(const int64_t* present, int kept_so_far, const NmsShape& s) {
  int there = candidates_there(present, s);
  there = there < s.most_candidates ? there : s.most_candidates;
  int size = there - s.first;
  size = size < s.words * kWord ? size : s.words * kWord;
  return size < 0 || kept_so_far >= s.most_kept ? 0 : size;
}

/// A word a block: the candidates that earlier windows' kept ones suppress.
DEVICE void nms_prior(const float4* __restrict__ boxes, const int32_t* __restrict__ classes,
                      const int64_t* __restrict__ present, const int32_t* __restrict__ kept_so_far,
                      const int32_t* __restrict__ kept_places,
                      unsigned long long* __restrict__ gone, const NmsShape& s) {
  SHARED_ARRAY(unsigned, halves, [2]);
  const int kept = *kept_so_far;
  const int i = static_cast<int>(blockIdx.x) * kWord + static_cast<int>(threadIdx.x);
  const int size = window_size(present, kept, s);
  bool suppressed = false;
  if (i < size) {
    const float4 box = boxes[s.first + i];
    const int32_t class_id = classes[s.first + i];
    for (int k = 0; k < kept && !suppressed; k++) {
      const int place = kept_places[k];
      suppressed = classes[place] == class_id && overlaps(boxes[place], box, s.threshold);
    }
  }
  const unsigned half = __ballot_sync(kAllLanes, suppressed);
  if (threadIdx.x % 32 == 0) {
    halves[threadIdx.x / 32] = half;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    gone[blockIdx.x] = static_cast<unsigned long long>(halves[1]) << 32 | halves[0];
  }
}

/// A word of columns for 64 rows a block: bit j of row i, whether i suppresses the later j.
DEVICE void nms_mask(const float4* __restrict__ boxes, const int32_t* __restrict__ classes,
                     const int64_t* __restrict__ present, const int32_t* __restrict__ kept_so_far,
                     unsigned long long* __restrict__ mask, const NmsShape& s) {
  SHARED_ARRAY(float4, columns, [kWord]);
  SHARED_ARRAY(int32_t, column_classes, [kWord]);
  const int row_word = static_cast<int>(blockIdx.x) / s.words;
  const int word = static_cast<int>(blockIdx.x) - row_word * s.words;
  const int thread = static_cast<int>(threadIdx.x);
  const int size = window_size(present, *kept_so_far, s);
  if (word < row_word || word * kWord >= size) {
    return;
  }
  const int there = size - word * kWord < kWord ? size - word * kWord : kWord;
  if (thread < there) {
    columns[thread] = boxes[s.first + word * kWord + thread];
    column_classes[thread] = classes[s.first + word * kWord + thread];
  }
  __syncthreads();
  const int i = row_word * kWord + thread;
  if (i >= size) {
    return;
  }
  const float4 box = boxes[s.first + i];
  const int32_t class_id = classes[s.first + i];
  unsigned long long bits = 0;
  for (int j = word == row_word ? thread + 1 : 0; j < there; j++) {
    if (column_classes[j] == class_id && overlaps(box, columns[j], s.threshold)) {
      bits |= 1ull << j;
    }
  }
  mask[static_cast<int64_t>(i) * s.words + word] = bits;
}

/// One block goes through the window's words in order. Thread 0 decides within a word, which needs
/// only the word's own bits; then every thread takes what the kept ones suppress in its word.
DEVICE void nms_scan(const int64_t* __restrict__ present, const int32_t* __restrict__ order,
                     const unsigned long long* __restrict__ gone_before,
                     const unsigned long long* __restrict__ mask, int32_t* __restrict__ kept,
                     int32_t* __restrict__ kept_places, int32_t* __restrict__ kept_so_far,
                     int64_t* __restrict__ kept_count, const NmsShape& s) {
  SHARED_ARRAY(unsigned long long, own, [kWord]);
  SHARED_ARRAY(unsigned long long, turn, [2]);  // what is gone in the word, and what is kept of it
  const int thread = static_cast<int>(threadIdx.x);
  int total = *kept_so_far;
  const int size = window_size(present, total, s);
  unsigned long long gone = thread < s.words ? gone_before[thread] : 0;
  // Nobody may write the total before everybody has read it.
  __syncthreads();
  for (int word = 0; word * kWord < size && total < s.most_kept; word++) {
    const int64_t i = static_cast<int64_t>(word) * kWord + thread;
    own[thread] = i < size ? mask[i * s.words + word] : 0;
    if (thread == word) {
      turn[0] = gone;
    }
    __syncthreads();
    if (thread == 0) {
      unsigned long long out = turn[0];
      unsigned long long taken = 0;
      int room = s.most_kept - total;
      for (int bit = 0; bit < kWord && word * kWord + bit < size && room > 0; bit++) {
        if ((out >> bit & 1) == 0) {
          taken |= 1ull << bit;
          out |= own[bit];
          room--;
        }
      }
      turn[1] = taken;
    }
    __syncthreads();
    const unsigned long long taken = turn[1];
    if ((taken >> thread & 1) != 0) {
      const int rank = total + __popcll(taken & ((1ull << thread) - 1));
      kept[rank] = order[s.first + i];
      kept_places[rank] = static_cast<int32_t>(s.first + i);
    }
    if (thread > word && thread < s.words && thread * kWord < size) {
      for (unsigned long long rest = taken; rest != 0; rest &= rest - 1) {
        const int64_t row = word * kWord + __ffsll(static_cast<long long>(rest)) - 1;
        gone |= mask[row * s.words + thread];
      }
    }
    total += __popcll(taken);
  }
  if (thread == 0) {
    *kept_so_far = total;
    *kept_count = total;
  }
}

}  // namespace yolo4j::cuda

KERNEL nms_prior(const float4* boxes, const int32_t* classes, const int64_t* present,
                 const int32_t* kept_so_far, const int32_t* kept_places, unsigned long long* gone,
                 yolo4j::cuda::NmsShape shape) {
  yolo4j::cuda::nms_prior(boxes, classes, present, kept_so_far, kept_places, gone, shape);
}
KERNEL nms_mask(const float4* boxes, const int32_t* classes, const int64_t* present,
                const int32_t* kept_so_far, unsigned long long* mask,
                yolo4j::cuda::NmsShape shape) {
  yolo4j::cuda::nms_mask(boxes, classes, present, kept_so_far, mask, shape);
}
KERNEL nms_scan(const int64_t* present, const int32_t* order, const unsigned long long* gone_before,
                const unsigned long long* mask, int32_t* kept, int32_t* kept_places,
                int32_t* kept_so_far, int64_t* kept_count, yolo4j::cuda::NmsShape shape) {
  yolo4j::cuda::nms_scan(present, order, gone_before, mask, kept, kept_places, kept_so_far,
                         kept_count, shape);
}
