// The kernels of the outputs in NHWC in terms of vectors. Included inside the anonymous namespace
// of each instruction set's file, after kernels.h.

#if defined(__GNUC__)
#define YOLO4J_UNROLL _Pragma("GCC unroll 16")
#define YOLO4J_UNROLL_MANY _Pragma("GCC unroll 32")
#define YOLO4J_PREFETCH(x) __builtin_prefetch(x)
#define YOLO4J_INLINE inline __attribute__((always_inline))
#define YOLO4J_NOINLINE __attribute__((noinline))
#else
#define YOLO4J_UNROLL
#define YOLO4J_UNROLL_MANY
#define YOLO4J_PREFETCH(x) static_cast<void>(x)
#define YOLO4J_INLINE inline
#define YOLO4J_NOINLINE
#endif

/// Outputs of a tile in a row: eight sums keep two multipliers of four cycles busy.
constexpr int64_t kPairOutputs = 8;
constexpr int64_t kFewPairOutputs = 4;
/// Registers of a block of channels.
constexpr int64_t kBlockVectors = kPadding / kLanes;

/// Rows of a tile. Two rows read a row of the source that both meet once; their sums and both rows'
/// taps need more than 16 registers. 3×3 with stride 2 shares only one row of five, and is faster
/// with fewer streams of memory.
template <int64_t kStride, int64_t kTaps>
constexpr int64_t kTileRows = kManyRegisters && (kTaps == 5 || kStride == 1) ? 2 : 1;
template <int64_t kStride, int64_t kTaps, int64_t kRows>
constexpr int64_t kTileSources = (kRows - 1) * kStride + kTaps;

/// The rows that a tile reads, from column 0 of output 0: of a map, whose columns are any number of
/// elements apart, or of a copy of floats, whose columns are kApart apart.
///
/// Of a map column −1 and the one behind the last may be met, and are zeros.
template <typename Element>
struct MapRows {
  using Source = Element;
  static constexpr Element kZeros[kLanes] = {};
  const Source* row[kMostPairSources];
  int64_t step;
  int64_t columns;  // from column 0 of output 0 to the last that is there
  bool before;      // column 0 of output 0 is column −1

  /// Column k of `count` of row r.
  const Source* at(int64_t r, int64_t column, int64_t k, int64_t count) const {
    const Source* x = row[r] + (column + k) * step;
    bool missing = (k == 0 && before && column == 0) || (k == count - 1 && column + k == columns);
    return missing ? kZeros : x;
  }
};
template <int64_t kApart>
struct CopiedRows {
  using Source = float;
  const Source* row[kMostPairSources];

  const Source* at(int64_t r, int64_t column, int64_t k, int64_t) const {
    return row[r] + (column + k) * kApart;
  }
};

/// One register of channels of a block: from channel `c` on, so many.
struct Part {
  int64_t c;
  int64_t lanes;
};

/// Adds a row of the source to the rows of outputs that meet it, with the taps `top` in the first
/// and `bottom` in the second. A column is loaded once for all outputs that meet it.
template <bool kTop, bool kBottom, int64_t kStride, bool kWhole, typename Sources, int64_t kTaps,
          int64_t kRows, int64_t kOutputs>
YOLO4J_INLINE void add_row(const Sources& sources, int64_t r, int64_t column, int64_t lanes,
                           const Vector (&top)[kTaps], const Vector (&bottom)[kTaps],
                           Vector (&sum)[kRows][kOutputs]) {
  constexpr int64_t kColumns = (kOutputs - 1) * kStride + kTaps;
  YOLO4J_UNROLL_MANY for (int64_t k = 0; k < kColumns; k++) {
    Vector value = load_some<kWhole>(sources.at(r, column, k, kColumns), lanes);
    YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
      int64_t t = k - i * kStride;
      if (t >= 0 && t < kTaps) {
        if constexpr (kTop) {
          sum[0][i] = fma(value, top[t], sum[0][i]);
        }
        if constexpr (kBottom) {
          sum[kRows - 1][i] = fma(value, bottom[t], sum[kRows - 1][i]);
        }
      }
    }
  }
}

template <int64_t kTaps>
YOLO4J_INLINE void load_taps(const float* weight, Vector (&taps)[kTaps]) {
  YOLO4J_UNROLL for (int64_t t = 0; t < kTaps; t++) { taps[t] = load(weight + t * kPadding); }
}

template <int64_t kRows, int64_t kOutputs>
YOLO4J_INLINE void start(const RowPair& pair, const Part& part, Vector (&sum)[kRows][kOutputs]) {
  Vector bias = pair.bias == nullptr ? splat(0) : load(pair.bias + part.c);
  YOLO4J_UNROLL for (int64_t q = 0; q < kRows; q++) {
    YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) { sum[q][i] = bias; }
  }
}

template <typename Function, int64_t kRows, int64_t kOutputs>
YOLO4J_INLINE void activate_in_place(Vector (&sum)[kRows][kOutputs]) {
  YOLO4J_UNROLL for (int64_t q = 0; q < kRows; q++) {
    YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
      sum[q][i] = Function::forward(sum[q][i]);
    }
  }
}

/// What is short stays in registers: the way through memory is long.
template <int64_t kRows, int64_t kOutputs>
YOLO4J_INLINE void activate_pair(int32_t activation, Vector (&sum)[kRows][kOutputs]) {
  if (activation == YOLO4J_ACTIVATION_HARDSWISH) {
    activate_in_place<Hardswish>(sum);
  } else if (activation == YOLO4J_ACTIVATION_RELU) {
    activate_in_place<Relu>(sum);
  } else if (activation == YOLO4J_ACTIVATION_RELU6) {
    activate_in_place<Relu6>(sum);
  }
}

/// Adds the outputs to the sums of their channels, in four chains.
template <int64_t kRows, int64_t kOutputs>
YOLO4J_INLINE void add_outputs(const Vector (&y)[kRows][kOutputs], float* sums) {
  Vector chain[4] = {y[0][0], y[0][1], y[0][2], y[0][3]};
  YOLO4J_UNROLL for (int64_t q = 0; q < kRows; q++) {
    YOLO4J_UNROLL for (int64_t i = q == 0 ? 4 : 0; i < kOutputs; i++) {
      chain[i % 4] = add(chain[i % 4], y[q][i]);
    }
  }
  store(sums, add(load(sums), add(add(chain[0], chain[1]), add(chain[2], chain[3]))));
}

/// Activation, stores and sums of some of a tile's outputs by way of memory: once in the library,
/// not in every tile.
template <typename Element>
YOLO4J_NOINLINE void finish_values(const RowPair& pair, const Part& part, int64_t j, float* values,
                                   int64_t rows, int64_t outputs) {
  activate(pair.activation, values, rows * outputs);
  int64_t left = pair.outputs - j;
  int64_t count = left < outputs ? left : outputs;
  Vector total = splat(0);
  for (int64_t q = 0; q < rows; q++) {
    Element* out = static_cast<Element*>(pair.out[q]) + j * pair.out_step + part.c;
    for (int64_t i = 0; i < count; i++) {
      Vector y = load(values + (q * outputs + i) * kLanes);
      store_up_to(out + i * pair.out_step, y, part.lanes);
      total = add(total, y);
    }
  }
  if (pair.sum != nullptr) {
    store(pair.sum + part.c, add(load(pair.sum + part.c), total));
  }
}

/// Activation, stores and sums of the outputs from j on.
template <typename Element, bool kWhole, int64_t kRows, int64_t kOutputs>
YOLO4J_INLINE void finish_pair(const RowPair& pair, const Part& part, int64_t j,
                               Vector (&sum)[kRows][kOutputs]) {
  if (pair.outputs - j < kOutputs || pair.activation == YOLO4J_ACTIVATION_SILU ||
      (kWhole && part.lanes < kLanes)) {
    alignas(64) float values[kRows * kOutputs * kLanes];
    YOLO4J_UNROLL for (int64_t q = 0; q < kRows; q++) {
      YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
        store(values + (q * kOutputs + i) * kLanes, sum[q][i]);
      }
    }
    finish_values<Element>(pair, part, j, values, kRows, kOutputs);
    return;
  }
  activate_pair(pair.activation, sum);
  YOLO4J_UNROLL for (int64_t q = 0; q < kRows; q++) {
    Element* out = static_cast<Element*>(pair.out[q]) + j * pair.out_step + part.c;
    YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs; i++) {
      store_some<kWhole>(out + i * pair.out_step, sum[q][i], part.lanes);
    }
  }
  if (pair.sum != nullptr) {
    add_outputs(sum, pair.sum + part.c);
  }
}

/// Asks for the columns of the next rows that a tile's outputs begin at: all tiles together ask for
/// all. In one burst, before the tiles, it was slower.
template <typename Element, int64_t kStride, int64_t kOutputs>
YOLO4J_INLINE void request_columns(const RowPair& pair, int64_t j) {
  for (int64_t r = 0; r < pair.requests; r++) {
    const Element* x = static_cast<const Element*>(pair.request[r]);
    YOLO4J_UNROLL for (int64_t i = 0; i < kOutputs * kStride; i++) {
      YOLO4J_PREFETCH(x + (j * kStride + i) * pair.request_step);
    }
  }
}

/// A tile of outputs from j on, taps loaded row by row.
template <typename Element, int64_t kStride, int64_t kTaps, int64_t kRows, int64_t kOutputs,
          bool kWhole, typename Sources>
void pair_tile(const RowPair& pair, const Sources& sources, const Part& part, int64_t j) {
  constexpr int64_t kBelow = kStride * kTaps * kPadding;
  Vector sum[kRows][kOutputs];
  start(pair, part, sum);
  int64_t column = j * kStride;
  int64_t r = pair.begin;
  const float* weight = pair.weight + part.c + r * kTaps * kPadding;
  Vector top[kTaps];
  Vector bottom[kTaps];
  for (; r < pair.end && (kRows == 1 || r < kStride); r++, weight += kTaps * kPadding) {
    load_taps(weight, top);
    add_row<true, false, kStride, kWhole>(sources, r, column, part.lanes, top, top, sum);
  }
  if constexpr (kRows == 2) {
    for (; r < pair.end && r < kTaps; r++, weight += kTaps * kPadding) {
      load_taps(weight, top);
      load_taps(weight - kBelow, bottom);
      add_row<true, true, kStride, kWhole>(sources, r, column, part.lanes, top, bottom, sum);
    }
    for (; r < pair.end; r++, weight += kTaps * kPadding) {
      load_taps(weight - kBelow, bottom);
      add_row<false, true, kStride, kWhole>(sources, r, column, part.lanes, bottom, bottom, sum);
    }
  }
  finish_pair<Element, kWhole>(pair, part, j, sum);
}

/// Row r of the source and all after it, of a 3×3 whose taps are in registers.
template <int64_t r, int64_t kStride, bool kWhole, typename Sources, int64_t kRows,
          int64_t kOutputs>
YOLO4J_INLINE void add_rows(const Sources& sources, int64_t column, const Part& part,
                            const Vector (&taps)[3][3], Vector (&sum)[kRows][kOutputs]) {
  if constexpr (r < kTileSources<kStride, 3, kRows>) {
    constexpr bool kTop = r < 3;
    constexpr bool kBottom = kRows == 2 && r >= kStride;
    add_row<kTop, kBottom, kStride, kWhole>(sources, r, column, part.lanes, taps[kTop ? r : 0],
                                            taps[kBottom ? r - kStride : 0], sum);
    add_rows<r + 1, kStride, kWhole>(sources, column, part, taps, sum);
  }
}

/// Whole tiles of a 3×3 from `begin` to `end` − 1, all rows of the source there. With many
/// registers its nine taps stay there.
template <typename Element, int64_t kStride, int64_t kRows, bool kWhole, typename Sources>
void pair_tiles(const RowPair& pair, const Sources& sources, const Part& part, int64_t begin,
                int64_t end) {
  if constexpr (kManyRegisters) {
    Vector taps[3][3];
    YOLO4J_UNROLL for (int64_t ky = 0; ky < 3; ky++) {
      load_taps(pair.weight + part.c + ky * 3 * kPadding, taps[ky]);
    }
    for (int64_t j = begin; j < end; j += kPairOutputs) {
      Vector sum[kRows][kPairOutputs];
      start(pair, part, sum);
      add_rows<0, kStride, kWhole>(sources, j * kStride, part, taps, sum);
      finish_pair<Element, kWhole>(pair, part, j, sum);
    }
  } else {
    for (int64_t j = begin; j < end; j += kPairOutputs) {
      pair_tile<Element, kStride, 3, kRows, kPairOutputs, kWhole>(pair, sources, part, j);
    }
  }
}

/// Up to four outputs of a 3×3, any of whose columns may not be there: read from a copy with zeros
/// in their place.
template <typename Element, int64_t kStride, int64_t kRows, bool kWhole>
YOLO4J_NOINLINE void border_tile(const RowPair& pair, const Part& part, int64_t j) {
  constexpr int64_t kColumns = (kFewPairOutputs - 1) * kStride + 3;
  alignas(64) float copy[kTileSources<kStride, 3, kRows>][kColumns * kLanes];
  CopiedRows<kLanes> sources;
  int64_t first = pair.first + j * kStride;
  int64_t begin = first < 0 ? -first : 0;
  int64_t end = pair.columns - first < kColumns ? pair.columns - first : kColumns;
  for (int64_t r = pair.begin; r < pair.end; r++) {
    const Element* x = static_cast<const Element*>(pair.source[r]) + part.c;
    int64_t k = 0;
    for (; k < begin; k++) {
      store(copy[r] + k * kLanes, splat(0));
    }
    for (; k < end; k++) {
      store(copy[r] + k * kLanes, load_some<kWhole>(x + (first + k) * pair.step, part.lanes));
    }
    for (; k < kColumns; k++) {
      store(copy[r] + k * kLanes, splat(0));
    }
    sources.row[r] = copy[r];
  }
  RowPair tile = pair;
  tile.outputs = pair.outputs - j;
  for (int64_t q = 0; q < kRows; q++) {
    tile.out[q] = static_cast<Element*>(pair.out[q]) + j * pair.out_step;
  }
  pair_tile<Element, kStride, 3, kRows, kFewPairOutputs, true>(tile, sources, part, 0);
}

/// How many outputs from j on miss at most one column at either end.
template <int64_t kStride>
int64_t nearly_inside(const RowPair& pair, int64_t j) {
  int64_t first = pair.first + j * kStride;
  int64_t room = pair.columns + 1 - 3 - first;
  if (first < -1 || room < 0) {
    return 0;
  }
  int64_t count = room / kStride + 1;
  return count < pair.outputs - j ? count : pair.outputs - j;
}

/// 3×3: from the map itself where that can be. Parts of registers are read from there with AVX-512
/// alone, whose registers 24 or 72 channels don't fill.
template <typename Element, int64_t kStride, int64_t kRows, bool kWhole>
void map_rows(const RowPair& pair, const Part& part) {
  MapRows<Element> sources;
  sources.step = pair.step;
  sources.columns = pair.columns - pair.first;
  sources.before = pair.first < 0;
  for (int64_t r = pair.begin; r < pair.end; r++) {
    sources.row[r] = static_cast<const Element*>(pair.source[r]) + pair.first * pair.step + part.c;
  }
  // Few tiles are left for a single row where there are pairs.
  constexpr bool kMany = kRows == kTileRows<kStride, 3> && (kWhole || kLanes == kPadding);
  bool all_rows = pair.begin == 0 && pair.end == kTileSources<kStride, 3, kRows>;
  int64_t j = 0;
  while (j < pair.outputs) {
    int64_t count = kWhole || kLanes == kPadding ? nearly_inside<kStride>(pair, j) : 0;
    int64_t end = kMany && all_rows ? j + count / kPairOutputs * kPairOutputs : j;
    if (end > j) {
      if constexpr (kMany) {
        pair_tiles<Element, kStride, kRows, kWhole>(pair, sources, part, j, end);
      }
      j = end;
    } else if (count >= kFewPairOutputs) {
      if constexpr (kWhole || kLanes == kPadding) {
        pair_tile<Element, kStride, 3, kRows, kFewPairOutputs, kWhole>(pair, sources, part, j);
      }
      j += kFewPairOutputs;
    } else {
      border_tile<Element, kStride, kRows, kWhole>(pair, part, j);
      j += kFewPairOutputs;
    }
  }
}

/// 5×5: from copied columns.
template <typename Element, int64_t kStride, int64_t kRows>
void copied_rows(const RowPair& pair, const Part& part) {
  CopiedRows<kPadding> sources;
  for (int64_t r = pair.begin; r < pair.end; r++) {
    sources.row[r] = static_cast<const float*>(pair.source[r]) + part.c;
  }
  int64_t j = 0;
  if constexpr (kRows == kTileRows<kStride, 5>) {
    for (; pair.outputs - j > kFewPairOutputs; j += kPairOutputs) {
      if (part.c == 0) {
        request_columns<Element, kStride, kPairOutputs>(pair, j);
      }
      pair_tile<Element, kStride, 5, kRows, kPairOutputs, true>(pair, sources, part, j);
    }
  }
  for (; j < pair.outputs; j += kFewPairOutputs) {
    if (part.c == 0) {
      request_columns<Element, kStride, kFewPairOutputs>(pair, j);
    }
    pair_tile<Element, kStride, 5, kRows, kFewPairOutputs, true>(pair, sources, part, j);
  }
}

template <typename Element, int64_t kStride, int64_t kTaps, int64_t kRows>
void tile_rows(const RowPair& pair) {
  for (int64_t c = 0; c < pair.lanes; c += kLanes) {
    int64_t left = pair.lanes - c;
    Part part = {c, left < kLanes ? left : kLanes};
    if constexpr (kTaps == 5) {
      copied_rows<Element, kStride, kRows>(pair, part);
    } else if (part.lanes == kLanes) {
      map_rows<Element, kStride, kRows, true>(pair, part);
    } else {
      map_rows<Element, kStride, kRows, false>(pair, part);
    }
  }
}

/// Row q of a pair alone.
template <int64_t kStride, int64_t kTaps>
RowPair row_of(const RowPair& pair, int64_t q) {
  RowPair row = pair;
  int64_t above = q * kStride;
  row.begin = pair.begin > above ? pair.begin - above : 0;
  row.end = pair.end - above < kTaps ? pair.end - above : kTaps;
  for (int64_t r = row.begin; r < row.end; r++) {
    row.source[r] = pair.source[r + above];
  }
  row.out[0] = pair.out[q];
  row.out[1] = nullptr;
  return row;
}

template <typename Element, int64_t kStride, int64_t kTaps>
void pair_rows(const RowPair& pair) {
  if constexpr (kTileRows<kStride, kTaps> == 2) {
    if (pair.out[1] != nullptr) {
      tile_rows<Element, kStride, kTaps, 2>(pair);
      return;
    }
  }
  for (int64_t q = 0; q < 2 && pair.out[q] != nullptr; q++) {
    tile_rows<Element, kStride, kTaps, 1>(row_of<kStride, kTaps>(pair, q));
  }
}

template <typename Element>
void copy_columns(const Columns& columns) {
  const Element* from = static_cast<const Element*>(columns.from);
  const int64_t step = columns.step;
  float* to = columns.to;
  float* end = to + columns.count * kPadding;
  if (columns.lanes == kPadding) {
    for (; to < end; from += step, to += kPadding) {
      YOLO4J_UNROLL for (int64_t v = 0; v < kBlockVectors; v++) {
        store(to + v * kLanes, load(from + v * kLanes));
      }
    }
    return;
  }
  for (; to < end; from += step, to += kPadding) {
    YOLO4J_UNROLL for (int64_t v = 0; v < kBlockVectors; v++) {
      store(to + v * kLanes, load_up_to(from + v * kLanes, columns.lanes - v * kLanes));
    }
  }
}

#undef YOLO4J_UNROLL
#undef YOLO4J_UNROLL_MANY
#undef YOLO4J_PREFETCH
#undef YOLO4J_INLINE
#undef YOLO4J_NOINLINE
