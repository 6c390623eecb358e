// The loops in terms of vectors. Included inside the anonymous namespace of each instruction set's
// file, after its vectors and simd/powers.h. Lanes are queries: both products then are sums of
// registers times single numbers, whatever the width of a head, and nothing is added up across a
// register.

#if defined(__GNUC__)
#define YOLO4J_UNROLL _Pragma("GCC unroll 16")
#else
#define YOLO4J_UNROLL
#endif

/// Registers of queries side by side, and numbers that they are multiplied by together.
constexpr int64_t kRows = kLanes >= 8 ? 2 : 4;
constexpr int64_t kColumns = (kRegisters >= 32 ? 16 : 8) / kRows;
constexpr int64_t kQueries = kRows * kLanes;

/// out[n][lanes] = Σ_k a[k][lanes]·b(k, n), plus out·shrink where that is given.
struct Product {
  const float* a;  // [depth][kQueries]
  const float* b;
  float* out;           // [columns][kQueries]
  const float* shrink;  // [kQueries], or null: out is new
  int64_t depth;
  int64_t columns;
  int64_t b_depth;   // elements of b from one k to the next
  int64_t b_column;  // and from one n to the next
};

template <int64_t kCount>
void product_tile(const Product& p, int64_t first) {
  Vector sum[kCount][kRows];
  float* out = p.out + first * kQueries;
  YOLO4J_UNROLL for (int64_t n = 0; n < kCount; n++) {
    YOLO4J_UNROLL for (int64_t r = 0; r < kRows; r++) {
      sum[n][r] = p.shrink == nullptr ? splat(0)
                                      : multiply(load(out + n * kQueries + r * kLanes),
                                                 load(p.shrink + r * kLanes));
    }
  }
  const float* b = p.b + first * p.b_column;
  for (int64_t k = 0; k < p.depth; k++) {
    Vector a[kRows];
    YOLO4J_UNROLL for (int64_t r = 0; r < kRows; r++) {
      a[r] = load(p.a + k * kQueries + r * kLanes);
    }
    YOLO4J_UNROLL for (int64_t n = 0; n < kCount; n++) {
      Vector factor = splat(b[k * p.b_depth + n * p.b_column]);
      YOLO4J_UNROLL for (int64_t r = 0; r < kRows; r++) {
        sum[n][r] = fma(a[r], factor, sum[n][r]);
      }
    }
  }
  YOLO4J_UNROLL for (int64_t n = 0; n < kCount; n++) {
    YOLO4J_UNROLL for (int64_t r = 0; r < kRows; r++) {
      store(out + n * kQueries + r * kLanes, sum[n][r]);
    }
  }
}

/// Columns from `first` on, the last ones by smaller tiles.
template <int64_t kCount>
void product(const Product& p, int64_t first) {
  for (; first + kCount <= p.columns; first += kCount) {
    product_tile<kCount>(p, first);
  }
  if constexpr (kCount > 1) {
    product<kCount / 2>(p, first);
  }
}

/// Floats as they are, or bfloat16 as floats.
struct Rows {
  const float* data;
  int64_t pixel;
};

inline Rows rows_of(const float* x, int64_t, const Unit& u, float*) { return Rows{x, u.x_pixel}; }

inline Rows rows_of(const uint16_t* x, int64_t count, const Unit& u, float* to) {
  for (int64_t j = 0; j < count; j++) {
    const uint16_t* from = x + j * u.x_pixel;
    float* row = to + j * u.tiles.wide;
    int64_t c = 0;
    for (; c + kLanes <= u.width; c += kLanes) {
      store(row + c, load(from + c));
    }
    if (c < u.width) {
      store(row + c, load_first(from + c, u.width - c));
    }
  }
  return Rows{to, u.tiles.wide};
}

/// Queries as columns, scaled; those that are missing are zero.
template <typename Element>
void gather(const Unit& u) {
  const Vector scale = splat(u.scale);
  float* row = u.tiles.row;
  for (int64_t i = 0; i < kQueries; i++) {
    const Element* from = static_cast<const Element*>(u.query) + i * u.x_pixel;
    int64_t c = 0;
    for (; i < u.queries && c + kLanes <= u.width; c += kLanes) {
      store(row + c, multiply(load(from + c), scale));
    }
    if (i < u.queries && c < u.width) {
      store(row + c, multiply(load_first(from + c, u.width - c), scale));
    }
    for (c = 0; c < u.width; c++) {
      u.tiles.query[c * kQueries + i] = i < u.queries ? row[c] : 0;
    }
  }
}

/// Scores become weights e^(score − most), most the largest one so far.
inline void weigh(const Tiles& t, int64_t keys, bool first) {
  for (int64_t r = 0; r < kQueries; r += kLanes) {
    float* scores = t.scores + r;
    // Not an infinity: the difference of two has no value.
    const Vector before = first ? splat(-3.40282347e38f) : load(t.most + r);
    Vector most = before;
    for (int64_t j = 0; j < keys; j++) {
      most = greatest(most, load(scores + j * kQueries));
    }
    const Vector shrink = exponential(subtract(before, most));
    Vector total = first ? splat(0) : multiply(load(t.total + r), shrink);
    for (int64_t j = 0; j < keys; j++) {
      Vector weight = exponential(subtract(load(scores + j * kQueries), most));
      store(scores + j * kQueries, weight);
      total = add(total, weight);
    }
    store(t.most + r, most);
    store(t.total + r, total);
    store(t.shrink + r, shrink);
  }
}

/// Sums over totals. Totals are 1 or more: the largest score's weight is 1.
inline void divide_sums(const Unit& u) {
  for (int64_t r = 0; r < kQueries; r += kLanes) {
    const Vector total = load(u.tiles.total + r);
    const Vector estimate = reciprocal_estimate(total);
    const Vector inverse = multiply(estimate, reciprocal_correction(total, estimate));
    for (int64_t c = 0; c < u.width; c++) {
      float* sum = u.tiles.sums + c * kQueries + r;
      store(sum, multiply(load(sum), inverse));
    }
  }
}

/// Columns as pixels.
template <typename Element>
void scatter(const Unit& u) {
  float* row = u.tiles.row;
  for (int64_t i = 0; i < u.queries; i++) {
    Element* to = static_cast<Element*>(u.y) + i * u.y_pixel;
    int64_t c = 0;
    for (; c < u.width; c++) {
      row[c] = u.tiles.sums[c * kQueries + i];
    }
    for (c = 0; c + kLanes <= u.width; c += kLanes) {
      store(to + c, load(row + c));
    }
    if (c < u.width) {
      store_first(to + c, load_first(row + c, u.width - c), u.width - c);
    }
  }
}

template <typename Element>
void attend(const Unit& u) {
  const Tiles& t = u.tiles;
  gather<Element>(u);
  for (int64_t first = 0; first < u.pixels; first += kKeys) {
    const int64_t count = u.pixels - first < kKeys ? u.pixels - first : kKeys;
    const Element* key = static_cast<const Element*>(u.key) + first * u.x_pixel;
    const Element* value = static_cast<const Element*>(u.value) + first * u.x_pixel;
    const Rows keys = rows_of(key, count, u, t.keys);
    product<kColumns>(Product{t.query, keys.data, t.scores, nullptr, u.width, count, 1, keys.pixel},
                      0);
    weigh(t, count, first == 0);
    const Rows values = rows_of(value, count, u, t.values);
    product<kColumns>(Product{t.scores, values.data, t.sums, first == 0 ? nullptr : t.shrink, count,
                              u.width, values.pixel, 1},
                      0);
  }
  divide_sums(u);
  scatter<Element>(u);
}

constexpr Kernels table() { return Kernels{kQueries, {attend<float>, attend<uint16_t>}}; }
