// The row kernels in terms of vectors. Included inside the anonymous namespace of each instruction
// set's file, after its vectors and the activations.

#if defined(__GNUC__)
#define YOLO4J_UNROLL _Pragma("GCC unroll 16")
#define YOLO4J_UNROLL_MANY _Pragma("GCC unroll 32")
#define YOLO4J_NOINLINE __attribute__((noinline))
#else
#define YOLO4J_UNROLL
#define YOLO4J_UNROLL_MANY
#define YOLO4J_NOINLINE
#endif

constexpr bool kManyRegisters = kRegisters >= 32;
/// Outputs and registers of channels of a tile of the row kernels: eight sums keep two multipliers
/// of four cycles busy, and leave room for a row's taps and a column in 16 registers. Two registers
/// of channels: whole lines of the cache are read and written.
constexpr int64_t kTileOutputs = kManyRegisters ? 8 : 4;
constexpr int64_t kTileVectors = 2;
constexpr int64_t kFewTileOutputs = 4;
/// Registers of channels of the weights' gradient, each with sums of all taps of a row.
constexpr int64_t kWeightVectors = 2;

template <typename Function>
void activate_with(float* values, int64_t vectors) {
  for (int64_t v = 0; v < vectors; v++) {
    store(values + v * kLanes, Function::forward(load(values + v * kLanes)));
  }
}

/// Once in the library, not in every tile: inlined there it was most of the code, and a branch for
/// each register.
YOLO4J_NOINLINE inline void activate(int32_t activation, float* values, int64_t vectors) {
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return activate_with<Relu>(values, vectors);
    case YOLO4J_ACTIVATION_RELU6:
      return activate_with<Relu6>(values, vectors);
    case YOLO4J_ACTIVATION_SILU:
      return activate_with<Silu>(values, vectors);
    case YOLO4J_ACTIVATION_HARDSWISH:
      return activate_with<Hardswish>(values, vectors);
    default:
      return;
  }
}

/// All of a register, or its first `lanes` of them.
template <bool kWhole, typename Element>
Vector load_some(const Element* x, int64_t lanes) {
  if constexpr (kWhole) {
    return load(x);
  } else {
    return load_first(x, lanes);
  }
}
template <bool kWhole, typename Element>
void store_some(Element* y, Vector v, int64_t lanes) {
  if constexpr (kWhole) {
    store(y, v);
  } else {
    store_first(y, v, lanes);
  }
}

/// Up to kLanes elements; zeros behind them.
template <typename Element>
Vector load_up_to(const Element* x, int64_t n) {
  return n >= kLanes ? load(x) : n > 0 ? load_first(x, n) : splat(0);
}
template <typename Element>
void store_up_to(Element* y, Vector v, int64_t n) {
  if (n >= kLanes) {
    store(y, v);
  } else if (n > 0) {
    store_first(y, v, n);
  }
}

/// Adds a row of the source to a tile's sums. Its taps are held in registers, so that a column is
/// loaded once for all outputs that meet it, and nothing else is. Columns outside of the row are
/// left out; kInside says that there are none.
template <typename Element, int64_t kTaps, int64_t kOutputs, int64_t kVectors, bool kInside,
          bool kWhole>
void add_source(const Row& row, int64_t r, int64_t j, int64_t c, int64_t lanes,
                Vector (&sum)[kOutputs][kVectors]) {
  constexpr int64_t kColumns = kOutputs - 1 + kTaps;
  static constexpr Element zeros[kVectors * kLanes] = {};
  const int64_t first = row.first + j;
  const Element* x = static_cast<const Element*>(row.source[r]) + first * row.channels + c;
  Vector weight[kTaps][kVectors];
  YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      weight[t][v] = load(taps_at(row.weight[r], row.taps, t, c + v * kLanes));
    }
  }
  YOLO4J_UNROLL_MANY for (int64_t k = 0; k < kColumns; k++) {
    // A choice of addresses: a branch a column was slower.
    bool there = kInside || (first + k >= 0 && first + k < row.columns);
    const Element* column = there ? x + k * row.channels : zeros;
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      Vector value = load_some<kWhole>(column + v * kLanes, lanes);
      YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
        int64_t t = k - i;
        if (t >= 0 && t < kTaps) {
          sum[i][v] = fma(value, weight[t][v], sum[i][v]);
        }
      }
    }
  }
}

/// Outputs `j` to `j` + kOutputs − 1 of channels `c` to `c` + kVectors·kLanes − 1, or of the first
/// `lanes` of them.
template <typename Element, int64_t kTaps, int64_t kOutputs, int64_t kVectors, bool kInside,
          bool kWhole>
void tile(const Row& row, int64_t j, int64_t c, int64_t lanes) {
  Vector sum[kOutputs][kVectors];
  YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
    YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) { sum[i][v] = splat(0); }
  }
  for (int64_t r = 0; r < row.sources; r++) {
    add_source<Element, kTaps, kOutputs, kVectors, kInside, kWhole>(row, r, j, c, lanes, sum);
  }
  Element* out = static_cast<Element*>(row.out) + j * row.out_step + c;
  YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      store_some<kWhole>(out + i * row.out_step + v * kLanes, sum[i][v], lanes);
    }
  }
}

/// Some neighbouring outputs, all channels: memory is read and written in order.
template <typename Element, int64_t kTaps, int64_t kOutputs, bool kInside>
void outputs(const Row& row, int64_t j) {
  constexpr int64_t kVectors = kTileVectors;
  int64_t c = 0;
  for (; c + kVectors * kLanes <= row.channels; c += kVectors * kLanes) {
    tile<Element, kTaps, kOutputs, kVectors, kInside, true>(row, j, c, 0);
  }
  if constexpr (kVectors > 1) {
    for (; c + kLanes <= row.channels; c += kLanes) {
      tile<Element, kTaps, kOutputs, 1, kInside, true>(row, j, c, 0);
    }
  }
  if (c < row.channels) {
    // Asking for each column costs little beside the masks.
    tile<Element, kTaps, kOutputs, 1, false, false>(row, j, c, row.channels - c);
  }
}

/// The same, where the columns of some of them may not be there.
template <typename Element, int64_t kTaps, int64_t kOutputs>
void outputs_anywhere(const Row& row, int64_t j) {
  int64_t first = row.first + j;
  bool inside = first >= 0 && first + kOutputs - 1 + kTaps <= row.columns;
  inside ? outputs<Element, kTaps, kOutputs, true>(row, j)
         : outputs<Element, kTaps, kOutputs, false>(row, j);
}

template <typename Element, int64_t kTaps>
void row_sum(const Row& row) {
  constexpr int64_t kOutputs = kTileOutputs;
  int64_t j = 0;
  for (; j + kOutputs <= row.outputs; j += kOutputs) {
    outputs_anywhere<Element, kTaps, kOutputs>(row, j);
  }
  for (; j + kFewTileOutputs <= row.outputs; j += kFewTileOutputs) {
    outputs<Element, kTaps, kFewTileOutputs, false>(row, j);
  }
  for (; j < row.outputs; j++) {
    outputs<Element, kTaps, 1, false>(row, j);
  }
}

/// The outputs whose columns are all there: from `begin` to `end` − 1.
struct Inside {
  int64_t begin;
  int64_t end;
};

template <int64_t kStride, int64_t kTaps>
Inside inside_of(int64_t first, int64_t columns, int64_t outputs) {
  int64_t begin = first >= 0 ? 0 : (-first + kStride - 1) / kStride;
  begin = begin < outputs ? begin : outputs;
  int64_t room = columns - kTaps - first;
  int64_t end = room < 0 ? 0 : room / kStride + 1;
  end = end < outputs ? end : outputs;
  return Inside{begin, end < begin ? begin : end};
}

/// Sums of a few channels over a row of gradients.
template <typename Element, int64_t kStride, int64_t kTaps, int64_t kVectors, bool kWhole>
void weight_sums(const WeightRow& row, const Inside& range, int64_t c, int64_t lanes) {
  Vector sum[kTaps][kVectors];
  YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      sum[t][v] = load(row.sum + t * row.padded + c + v * kLanes);
    }
  }
  const Element* x = static_cast<const Element*>(row.source) + row.first * row.channels + c;
  const Element* gradient = static_cast<const Element*>(row.gradient) + c;
  for (int64_t j = range.begin; j < range.end; j++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      Vector g = load_some<kWhole>(gradient + j * row.channels + v * kLanes, lanes);
      YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
        Vector value = load_some<kWhole>(x + (j * kStride + t) * row.channels + v * kLanes, lanes);
        sum[t][v] = fma(g, value, sum[t][v]);
      }
    }
  }
  for (int64_t j = range.begin > 0 ? 0 : range.end; j < row.outputs;
       j = j + 1 == range.begin ? range.end : j + 1) {
    YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
      int64_t column = row.first + j * kStride + t;
      if (column >= 0 && column < row.columns) {
        YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
          Vector g = load_some<kWhole>(gradient + j * row.channels + v * kLanes, lanes);
          Vector value =
              load_some<kWhole>(x + (j * kStride + t) * row.channels + v * kLanes, lanes);
          sum[t][v] = fma(g, value, sum[t][v]);
        }
      }
    }
  }
  YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      store(row.sum + t * row.padded + c + v * kLanes, sum[t][v]);
    }
  }
}

template <typename Element, int64_t kStride, int64_t kTaps>
void weight_row_sum(const WeightRow& row) {
  Inside range = inside_of<kStride, kTaps>(row.first, row.columns, row.outputs);
  constexpr int64_t kWide = kWeightVectors * kLanes;
  int64_t c = 0;
  for (; c + kWide <= row.channels; c += kWide) {
    weight_sums<Element, kStride, kTaps, kWeightVectors, true>(row, range, c, 0);
  }
  for (; c + kLanes <= row.channels; c += kLanes) {
    weight_sums<Element, kStride, kTaps, 1, true>(row, range, c, 0);
  }
  if (c < row.channels) {
    weight_sums<Element, kStride, kTaps, 1, false>(row, range, c, row.channels - c);
  }
}

#undef YOLO4J_UNROLL
#undef YOLO4J_UNROLL_MANY
#undef YOLO4J_NOINLINE
