// The row kernels in terms of vectors. Included inside the anonymous namespace of each instruction
// set's file, after its vectors and the activations.

#if defined(__GNUC__)
#define YOLO4J_UNROLL _Pragma("GCC unroll 16")
#else
#define YOLO4J_UNROLL
#endif

/// Outputs and registers of channels of a tile: enough sums in flight to keep the multipliers busy,
/// few enough to stay in 16 registers.
constexpr int64_t kTileOutputs = 4;
constexpr int64_t kTileVectors = 2;
/// Tables of weights up to this many floats stay in the first-level cache: then all channels of a
/// tile are done before the next tile, and memory is read in order.
constexpr int64_t kNearWeights = 4096;

inline Vector activate(int32_t activation, Vector u) {
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return Relu::forward(u);
    case YOLO4J_ACTIVATION_RELU6:
      return Relu6::forward(u);
    case YOLO4J_ACTIVATION_SILU:
      return Silu::forward(u);
    case YOLO4J_ACTIVATION_HARDSWISH:
      return Hardswish::forward(u);
    default:
      return u;
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

/// Adds a tile's outputs to the sums of their channels; dead lanes only meet dead lanes.
template <int64_t kOutputs, int64_t kVectors>
void add_to_sums(const Vector (&y)[kOutputs][kVectors], float* sums) {
  YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
    Vector sum = y[0][v];
    YOLO4J_UNROLL for (int64_t i = 1; i < kOutputs; i++) { sum = add(sum, y[i][v]); }
    store(sums + v * kLanes, add(load(sums + v * kLanes), sum));
  }
}

/// Outputs `j` to `j` + kOutputs − 1 of channels `c` to `c` + kVectors·kLanes − 1; taps from
/// `begin` to `end` − 1, which are all of them where kInside says that every column is there.
template <typename Element, int64_t kStride, int64_t kTaps, int64_t kOutputs, int64_t kVectors,
          bool kInside, bool kWhole>
void tile(const Row& row, int64_t j, int64_t c, int64_t begin, int64_t end, int64_t lanes) {
  Vector sum[kOutputs][kVectors];
  YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
    Vector start = row.bias == nullptr ? splat(0) : load(row.bias + c + v * kLanes);
    YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) { sum[i][v] = start; }
  }
  for (int64_t r = 0; r < row.sources; r++) {
    const Element* x =
        static_cast<const Element*>(row.source[r]) + (row.first + j * kStride) * row.channels + c;
    const float* weight = row.weight[r] + c;
    if constexpr (kInside) {
      constexpr int64_t kColumns = (kOutputs - 1) * kStride + kTaps;
      YOLO4J_UNROLL for (int64_t k = 0; k < kColumns; k++) {
        YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
          Vector value = load_some<kWhole>(x + k * row.channels + v * kLanes, lanes);
          YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
            int64_t t = k - i * kStride;
            if (t >= 0 && t < kTaps) {
              sum[i][v] = fma(value, load(weight + t * row.padded + v * kLanes), sum[i][v]);
            }
          }
        }
      }
    } else {
      for (int64_t t = begin; t < end; t++) {
        YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
          Vector value = load_some<kWhole>(x + t * row.channels + v * kLanes, lanes);
          sum[0][v] = fma(value, load(weight + t * row.padded + v * kLanes), sum[0][v]);
        }
      }
    }
  }
  Element* out = static_cast<Element*>(row.out) + j * row.out_step + c;
  YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kVectors; v++) {
      sum[i][v] = activate(row.activation, sum[i][v]);
      store_some<kWhole>(out + i * row.out_step + v * kLanes, sum[i][v], lanes);
    }
  }
  if (row.sum != nullptr) {
    add_to_sums<kOutputs, kVectors>(sum, row.sum + c);
  }
}

/// A range of outputs whose columns are all there, for a range of channels.
template <typename Element, int64_t kStride, int64_t kTaps>
void inside(const Row& row, int64_t j, int64_t end, int64_t c, int64_t channels_end) {
  constexpr int64_t kWide = kTileVectors * kLanes;
  for (; j + kTileOutputs <= end; j += kTileOutputs) {
    int64_t k = c;
    for (; k + kWide <= channels_end; k += kWide) {
      tile<Element, kStride, kTaps, kTileOutputs, kTileVectors, true, true>(row, j, k, 0, kTaps, 0);
    }
    for (; k + kLanes <= channels_end; k += kLanes) {
      tile<Element, kStride, kTaps, kTileOutputs, 1, true, true>(row, j, k, 0, kTaps, 0);
    }
    if (k < channels_end) {
      tile<Element, kStride, kTaps, kTileOutputs, 1, true, false>(row, j, k, 0, kTaps,
                                                                  channels_end - k);
    }
  }
  for (; j < end; j++) {
    int64_t k = c;
    for (; k + kLanes <= channels_end; k += kLanes) {
      tile<Element, kStride, kTaps, 1, 1, true, true>(row, j, k, 0, kTaps, 0);
    }
    if (k < channels_end) {
      tile<Element, kStride, kTaps, 1, 1, true, false>(row, j, k, 0, kTaps, channels_end - k);
    }
  }
}

/// Outputs at the row's ends, one at a time, with the taps whose columns are there.
template <typename Element, int64_t kStride, int64_t kTaps>
void at_end(const Row& row, int64_t j, int64_t end, int64_t c, int64_t channels_end) {
  for (; j < end; j++) {
    int64_t column = row.first + j * kStride;
    int64_t tap = column < 0 ? -column : 0;
    int64_t left = row.columns - column;
    int64_t tap_end = left < kTaps ? left : kTaps;
    int64_t k = c;
    for (; k + kLanes <= channels_end; k += kLanes) {
      tile<Element, kStride, kTaps, 1, 1, false, true>(row, j, k, tap, tap_end, 0);
    }
    if (k < channels_end) {
      tile<Element, kStride, kTaps, 1, 1, false, false>(row, j, k, tap, tap_end, channels_end - k);
    }
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

template <typename Element, int64_t kStride, int64_t kTaps>
void row_sum(const Row& row) {
  Inside range = inside_of<kStride, kTaps>(row.first, row.columns, row.outputs);
  bool near = row.sources * kTaps * row.padded <= kNearWeights;
  int64_t block = near ? row.channels : kTileVectors * kLanes;
  for (int64_t c = 0; c < row.channels; c += block) {
    int64_t end = c + block < row.channels ? c + block : row.channels;
    at_end<Element, kStride, kTaps>(row, 0, range.begin, c, end);
    inside<Element, kStride, kTaps>(row, range.begin, range.end, c, end);
    at_end<Element, kStride, kTaps>(row, range.end, row.outputs, c, end);
  }
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
  constexpr int64_t kWide = kTileVectors * kLanes;
  int64_t c = 0;
  for (; c + kWide <= row.channels; c += kWide) {
    weight_sums<Element, kStride, kTaps, kTileVectors, true>(row, range, c, 0);
  }
  for (; c + kLanes <= row.channels; c += kLanes) {
    weight_sums<Element, kStride, kTaps, 1, true>(row, range, c, 0);
  }
  if (c < row.channels) {
    weight_sums<Element, kStride, kTaps, 1, false>(row, range, c, row.channels - c);
  }
}

#undef YOLO4J_UNROLL
