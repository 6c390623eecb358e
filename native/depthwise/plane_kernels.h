// The kernels of NCHW in terms of vectors. Included inside the anonymous namespace of each
// instruction set's file, after kernels.h and the pairs of registers.

#if defined(__GNUC__)
#define YOLO4J_UNROLL _Pragma("GCC unroll 16")
#else
#define YOLO4J_UNROLL
#endif

/// Or the compiler would load all of a tile's columns and weights first, and spill most of them.
#if defined(__GNUC__)
#define YOLO4J_LOAD_LATER __asm__ volatile("" ::: "memory")
#else
#define YOLO4J_LOAD_LATER
#endif

template <typename Element, int64_t kStride>
void expand(const void* x, float* row, int64_t columns, int64_t before, int64_t phase) {
  const Element* from = static_cast<const Element*>(x);
  int64_t i = 0;
  if constexpr (kStride == 1) {
    for (; i < columns; i += kLanes) {
      store(row + before + i, load_up_to(from + i, columns - i));
    }
  } else {
    if (before % 2 == 1) {
      // Its even neighbour is padding. The zeros behind it are overwritten by what follows.
      store(row + phase + before / 2, load_first(from, 1));
      i = 1;
    }
    for (float* to = row + (before + i) / 2; i < columns; i += 2 * kLanes, to += kLanes) {
      Vector even;
      Vector odd;
      deinterleave(load_up_to(from + i, columns - i),
                   load_up_to(from + i + kLanes, columns - i - kLanes), &even, &odd);
      store(to, even);
      store(to + phase, odd);
    }
  }
}

/// Where tap t of output 0 stands in an expanded row.
template <int64_t kStride>
int64_t place(int64_t t, int64_t phase) {
  return kStride == 1 ? t : t / 2 + t % 2 * phase;
}

/// Activation and stores of a block, `vectors` registers a row. Apart from the sums, or there would
/// be a copy for each kind of block.
template <typename Element>
void finish(const PlaneTile& tile, int64_t j, float* sums, int64_t vectors) {
  activate(tile.activation, sums, tile.rows * vectors);
  for (int64_t r = 0; r < tile.rows; r++) {
    for (int64_t v = 0; v < vectors && tile.out[r] != nullptr; v++) {
      int64_t left = tile.outputs - j - v * kLanes;
      Vector y = load(sums + (r * vectors + v) * kLanes);
      store_up_to(static_cast<Element*>(tile.out[r]) + j + v * kLanes, y, left);
      if (tile.sum != nullptr) {
        store(tile.sum, add(load(tile.sum), left >= kLanes ? y : keep_first(y, left)));
      }
    }
  }
}

/// kRows rows of kVectors registers of outputs, from output j.
template <typename Element, int64_t kStride, int64_t kTaps, int64_t kRows, int64_t kVectors>
void plane_block(const PlaneTile& tile, int64_t j) {
  Vector sum[kRows][kVectors];
  YOLO4J_UNROLL for (int64_t r = 0; r < kRows; r++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) { sum[r][v] = splat(tile.bias); }
  }
  constexpr int64_t kSources = (kRows - 1) * kStride + kTaps;
  for (int64_t t = 0; t < kTaps; t++) {
    const int64_t from = place<kStride>(t, tile.phase) + j;
    YOLO4J_UNROLL for (int64_t i = 0; i < kSources; i++) {
      const float* x = tile.source[i] + from;
      Vector value[kVectors];
      YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) { value[v] = load(x + v * kLanes); }
      YOLO4J_UNROLL for (int64_t r = 0; r < kRows; r++) {
        int64_t ky = i - r * kStride;
        if (ky >= 0 && ky < kTaps) {
          Vector weight = splat(tile.weight[ky * kTaps + t]);
          YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
            sum[r][v] = fma(value[v], weight, sum[r][v]);
          }
        }
      }
      YOLO4J_LOAD_LATER;
    }
  }
  float sums[kRows * kVectors * kLanes];
  YOLO4J_UNROLL for (int64_t r = 0; r < kRows; r++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      store(sums + (r * kVectors + v) * kLanes, sum[r][v]);
    }
  }
  finish<Element>(tile, j, sums, kVectors);
}

template <typename Element, int64_t kStride, int64_t kTaps>
void plane_tile(const PlaneTile& tile) {
  int64_t j = 0;
  while (j < tile.outputs) {
    int64_t left = (tile.outputs - j + kLanes - 1) / kLanes;
    int64_t vectors = 1;
    if (tile.rows == kFewColumnsRows) {
      vectors = left >= 2 ? 2 : 1;
      vectors == 2 ? plane_block<Element, kStride, kTaps, kFewColumnsRows, 2>(tile, j)
                   : plane_block<Element, kStride, kTaps, kFewColumnsRows, 1>(tile, j);
    } else if (left >= 4 && left != 5) {
      vectors = 4;
      plane_block<Element, kStride, kTaps, kManyColumnsRows, 4>(tile, j);
    } else if (left >= 3) {
      vectors = 3;
      plane_block<Element, kStride, kTaps, kManyColumnsRows, 3>(tile, j);
    } else if (left == 2) {
      vectors = 2;
      plane_block<Element, kStride, kTaps, kManyColumnsRows, 2>(tile, j);
    } else {
      plane_block<Element, kStride, kTaps, kManyColumnsRows, 1>(tile, j);
    }
    j += vectors * kLanes;
  }
}

/// kVectors registers of pairs, from pair j.
template <typename Element, int64_t kTaps, int64_t kVectors>
void pair_block(const PairRow& row, int64_t j) {
  constexpr int64_t kEven = (kTaps + 1) / 2;
  constexpr int64_t kOdd = kTaps / 2;
  Vector even[kVectors];
  Vector odd[kVectors];
  YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) { even[v] = odd[v] = splat(0); }
  for (int64_t i = 0; i < row.sources; i++) {
    const float* x = row.source[i] + j;
    const float* weight = row.weight[i];
    YOLO4J_UNROLL for (int64_t m = 0; m < kEven; m++) {
      YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
        even[v] = fma(load(x + row.odd_first - m + v * kLanes), splat(weight[m]), even[v]);
      }
    }
    YOLO4J_UNROLL for (int64_t m = 0; m < kOdd; m++) {
      YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
        odd[v] = fma(load(x - m + v * kLanes), splat(weight[kEven + m]), odd[v]);
      }
    }
  }
  Element* out = static_cast<Element*>(row.out) + 2 * j;
  YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
    Vector a;
    Vector b;
    row.odd_first == 0 ? interleave(even[v], odd[v], &a, &b) : interleave(odd[v], even[v], &a, &b);
    int64_t left = row.columns - 2 * (j + v * kLanes);
    store_up_to(out + 2 * v * kLanes, a, left);
    store_up_to(out + (2 * v + 1) * kLanes, b, left - kLanes);
  }
}

template <typename Element, int64_t kTaps>
void pair_row(const PairRow& row) {
  int64_t pairs = (row.columns + 1) / 2;
  int64_t j = 0;
  for (; j + kLanes < pairs; j += 2 * kLanes) {
    pair_block<Element, kTaps, 2>(row, j);
  }
  if (j < pairs) {
    pair_block<Element, kTaps, 1>(row, j);
  }
}

/// Kernel rows ky to ky + kGroup − 1: as many sums as stay in registers.
template <int64_t kStride, int64_t kTaps, int64_t kGroup>
void weight_group(const PlaneWeights& tile, int64_t ky) {
  float* sums = tile.sum + ky * kTaps * kMostLanes;
  Vector sum[kGroup][kTaps];
  YOLO4J_UNROLL for (int64_t g = 0; g < kGroup; g++) {
    YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
      sum[g][t] = load(sums + (g * kTaps + t) * kMostLanes);
    }
  }
  for (int64_t r = 0; r < tile.rows; r++) {
    const float* const* source = tile.source + r * kStride + ky;
    int64_t j = 0;
    for (; j + kLanes <= tile.outputs; j += kLanes) {
      Vector gradient = load(tile.gradient[r] + j);
      YOLO4J_UNROLL for (int64_t g = 0; g < kGroup; g++) {
        YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
          Vector value = load(source[g] + place<kStride>(t, tile.phase) + j);
          sum[g][t] = fma(gradient, value, sum[g][t]);
        }
      }
    }
    int64_t rest = tile.outputs - j;
    if (rest > 0) {
      // Zeros follow the gradients, but a NaN may follow x: it belongs to no output here.
      Vector gradient = load(tile.gradient[r] + j);
      YOLO4J_UNROLL for (int64_t g = 0; g < kGroup; g++) {
        YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
          Vector value = keep_first(load(source[g] + place<kStride>(t, tile.phase) + j), rest);
          sum[g][t] = fma(gradient, value, sum[g][t]);
        }
      }
    }
  }
  YOLO4J_UNROLL for (int64_t g = 0; g < kGroup; g++) {
    YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
      store(sums + (g * kTaps + t) * kMostLanes, sum[g][t]);
    }
  }
}

template <int64_t kStride, int64_t kTaps>
void plane_weights(const PlaneWeights& tile) {
  if constexpr (kTaps == 3) {
    weight_group<kStride, 3, 3>(tile, 0);
  } else {
    weight_group<kStride, 5, 2>(tile, 0);
    weight_group<kStride, 5, 2>(tile, 2);
    weight_group<kStride, 5, 1>(tile, 4);
  }
}

#undef YOLO4J_LOAD_LATER
#undef YOLO4J_UNROLL
