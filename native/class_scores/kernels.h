// The product in terms of vectors. Included inside the anonymous namespace of each instruction
// set's file, after its vectors.

#if defined(__GNUC__)
#define YOLO4J_UNROLL _Pragma("GCC unroll 16")
#else
#define YOLO4J_UNROLL
#endif

/// A tile is kTile pairs by up to kGroup vectors of classes: its sums, one row of weights and one
/// feature fit the registers.
constexpr int64_t kGroup = kRegisters == 16 ? 2 : kLanes == 16 ? 3 : 4;
constexpr int64_t kTile = kGroup == 3 ? 8 : 6;
static_assert(kTile * kGroup + kGroup + 1 <= kRegisters, "a tile must fit the registers");
static_assert(kPanel % kLanes == 0, "a panel must be whole vectors");

/// The biases of a vector of classes; the weights of channel c stand (c + 1) rows further.
inline const float* column(const Block& b, int64_t vector) {
  const int64_t k = vector * kLanes;
  return b.panels + k / kPanel * (b.channels + 1) * kPanel + k % kPanel;
}

inline void put_logits(const Block& b, int64_t pair, int64_t vector, Vector v) {
  float* y = b.y + b.cells[pair] * b.y_cell + vector * kLanes;
  const int64_t left = b.classes - vector * kLanes;
  if (left >= kLanes) {
    store(y, v);
  } else {
    store_first(y, v, left);
  }
}

/// Each logit is one sum over the channels in their order, whatever tile it is in.
template <int64_t kPairs, int64_t kVectors>
void tile(const Block& b, int64_t pair, int64_t vector) {
  const float* weight[kVectors];
  YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
    weight[v] = column(b, vector + v) + kPanel;
  }
  Vector sum[kPairs][kVectors];
  YOLO4J_UNROLL for (int64_t i = 0; i < kPairs; i++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) { sum[i][v] = splat(0); }
  }
  const int64_t channels = b.channels;
  const int64_t stride = b.feature_stride;
  const float* x = b.features + pair * stride;
  for (int64_t c = 0; c < channels; c++) {
    Vector row[kVectors];
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) { row[v] = load(weight[v] + c * kPanel); }
    YOLO4J_UNROLL for (int64_t i = 0; i < kPairs; i++) {
      const Vector feature = splat(x[i * stride + c]);
      YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
        sum[i][v] = fma(feature, row[v], sum[i][v]);
      }
    }
  }
  YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
    const Vector bias = load(weight[v] - kPanel);
    YOLO4J_UNROLL for (int64_t i = 0; i < kPairs; i++) {
      put_logits(b, pair + i, vector + v, add(sum[i][v], bias));
    }
  }
}

/// Pairs from one on: as many tiles of kPairs as there are, then halves of them.
template <int64_t kPairs, int64_t kVectors>
void tiles(const Block& b, int64_t pair, int64_t vector) {
  for (; pair + kPairs <= b.pairs; pair += kPairs) {
    tile<kPairs, kVectors>(b, pair, vector);
  }
  if constexpr (kPairs > 1) {
    tiles<kPairs / 2, kVectors>(b, pair, vector);
  }
}

/// The last vectors, fewer than a group has.
template <int64_t kVectors>
void rest(const Block& b, int64_t vector, int64_t vectors) {
  if constexpr (kVectors > 0) {
    if (vectors - vector == kVectors) {
      tiles<kTile, kVectors>(b, 0, vector);
    } else {
      rest<kVectors - 1>(b, vector, vectors);
    }
  }
}

/// A group's weights stay near while all pairs pass them.
inline void block(const Block& b) {
  const int64_t vectors = (b.classes + kLanes - 1) / kLanes;
  int64_t vector = 0;
  for (; vector + kGroup <= vectors; vector += kGroup) {
    tiles<kTile, kGroup>(b, 0, vector);
  }
  rest<kGroup - 1>(b, vector, vectors);
}
