// Detection head to candidates: a thread looks at a cell's objectness; the few cells that pass are
// taken by their whole warp, its lanes looking at different classes.
#include "cuda/kernels/activation.h"

namespace yolo4j::cuda {

/// Where candidates go.
struct Candidates {
  float* boxes;
  float* scores;
  int32_t* class_ids;
  int32_t* keys;
  int64_t capacity;
  unsigned long long* count;
};

/// A cell by its anchor, row and column.
struct Cell {
  int64_t index;
  int anchor;
  int row;
  int column;
};

DEVICE Cell cell_at(int64_t index, const yolo4j_decode& level) {
  Cell cell;
  int64_t line = divide(index, level.width);
  cell.index = index;
  cell.column = static_cast<int>(index - line * level.width);
  cell.anchor = static_cast<int>(divide(line, level.height));
  cell.row = static_cast<int>(line - cell.anchor * level.height);
  return cell;
}

template <typename T>
DEVICE const T* logits_of(const T* logits, const Cell& cell, const yolo4j_decode& level) {
  return logits + cell.anchor * level.anchor_stride + cell.row * level.row_stride +
         cell.column * level.column_stride;
}

template <typename T>
DEVICE void write_candidate(const T* at, const Cell& cell, const yolo4j_decode& level,
                            int64_t class_id, float score, int64_t place, const Candidates& to) {
  if (place >= to.capacity) {
    return;
  }
  const int64_t step = level.output_stride;
  float x =
      (sigmoid(to_float(at[0])) * 2.0f - 0.5f + static_cast<float>(cell.column)) * level.stride;
  float y =
      (sigmoid(to_float(at[step])) * 2.0f - 0.5f + static_cast<float>(cell.row)) * level.stride;
  float width = sigmoid(to_float(at[2 * step])) * 2.0f;
  float height = sigmoid(to_float(at[3 * step])) * 2.0f;
  width = width * width * level.anchor_sizes[2 * cell.anchor];
  height = height * height * level.anchor_sizes[2 * cell.anchor + 1];
  float* box = to.boxes + 4 * place;
  box[0] = x - width * 0.5f;
  box[1] = y - height * 0.5f;
  box[2] = x + width * 0.5f;
  box[3] = y + height * 0.5f;
  to.scores[place] = score;
  to.class_ids[place] = static_cast<int32_t>(class_id);
  if (to.keys != nullptr) {
    to.keys[place] = static_cast<int32_t>(level.first_key + cell.index * level.classes + class_id);
  }
}

/// Room for `wanted` candidates, taken by lane 0 for the warp.
DEVICE int64_t take_room(int lane, int wanted, const Candidates& to) {
  unsigned long long first = 0;
  if (lane == 0) {
    first = atomicAdd(to.count, static_cast<unsigned long long>(wanted));
  }
  return static_cast<int64_t>(__shfl_sync(kAllLanes, first, 0));
}

/// Every class over the confidence.
template <typename T>
DEVICE void every_class(const T* at, const Cell& cell, float objectness,
                        const uint8_t* __restrict__ keep, const yolo4j_decode& level, int lane,
                        const Candidates& to) {
  for (int64_t first = 0; first < level.classes; first += 32) {
    const int64_t c = first + lane;
    float score = 0;
    if (c < level.classes && (keep == nullptr || keep[c] != 0)) {
      score = objectness * sigmoid(to_float(at[(5 + c) * level.output_stride]));
    }
    const bool found = score > level.confidence;
    const unsigned lanes = __ballot_sync(kAllLanes, found);
    if (lanes == 0) {
      continue;
    }
    const int64_t place = take_room(lane, __popc(lanes), to);
    if (found) {
      write_candidate(at, cell, level, c, score, place + __popc(lanes & ((1u << lane) - 1)), to);
    }
  }
}

/// The best class, of equal ones the first; whether it is wanted is asked of it alone.
template <typename T>
DEVICE void best_class(const T* at, const Cell& cell, float objectness,
                       const uint8_t* __restrict__ keep, const yolo4j_decode& level, int lane,
                       const Candidates& to) {
  float best = level.confidence;
  int64_t best_class = level.classes;
  for (int64_t c = lane; c < level.classes; c += 32) {
    float score = objectness * sigmoid(to_float(at[(5 + c) * level.output_stride]));
    if (score > best) {
      best = score;
      best_class = c;
    }
  }
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2) {
    float other = __shfl_xor_sync(kAllLanes, best, distance);
    int64_t other_class = __shfl_xor_sync(kAllLanes, best_class, distance);
    if (other > best || (other == best && other_class < best_class)) {
      best = other;
      best_class = other_class;
    }
  }
  // All lanes have the same now.
  if (best_class < level.classes && (keep == nullptr || keep[best_class] != 0)) {
    const int64_t place = take_room(lane, 1, to);
    if (lane == 0) {
      write_candidate(at, cell, level, best_class, best, place, to);
    }
  }
}

template <typename T>
DEVICE void decode(const T* __restrict__ logits, const uint8_t* __restrict__ keep,
                   const Candidates& to, const yolo4j_decode& level) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int64_t index = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t cells = level.anchors * level.height * level.width;
  float objectness = 0;
  if (index < cells) {
    const T* at = logits_of(logits, cell_at(index, level), level);
    objectness = sigmoid(to_float(at[4 * level.output_stride]));
  }
  unsigned passing = __ballot_sync(kAllLanes, objectness > level.confidence);
  while (passing != 0) {
    const int leader = __ffs(static_cast<int>(passing)) - 1;
    passing &= passing - 1;
    const float its = __shfl_sync(kAllLanes, objectness, leader);
    const Cell cell = cell_at(index - lane + leader, level);
    const T* at = logits_of(logits, cell, level);
    if (level.multi_label != 0) {
      every_class(at, cell, its, keep, level, lane, to);
    } else {
      best_class(at, cell, its, keep, level, lane, to);
    }
  }
}

}  // namespace yolo4j::cuda

#define DECODE(type, suffix)                                                                       \
  KERNEL decode_##suffix(const type* logits, const uint8_t* keep, float* boxes, float* scores,     \
                         int32_t* class_ids, int32_t* keys, int64_t capacity, int64_t* count,      \
                         yolo4j_decode level) {                                                    \
    yolo4j::cuda::Candidates to = {boxes, scores,   class_ids,                                     \
                                   keys,  capacity, reinterpret_cast<unsigned long long*>(count)}; \
    yolo4j::cuda::decode<type>(logits, keep, to, level);                                           \
  }
FOR_TYPES(DECODE)
#undef DECODE
