// The loops in terms of vectors. Included inside the anonymous namespace of each instruction set's
// file, after its vectors.

#if defined(__GNUC__)
#define YOLO4J_UNROLL _Pragma("GCC unroll 16")
#else
#define YOLO4J_UNROLL
#endif

/// Sums run in kChains registers at once, or the additions would wait for each other.
constexpr int64_t kChains = 4;
/// Rows of x that are summed before the next columns' turn have about so many elements: the
/// first-level cache holds them, and memory is read in order.
constexpr int64_t kNearElements = 4096;

/// The lanes' sum, always in the same order: by halves.
inline float total(Vector v) {
  float lanes[kLanes];
  store(lanes, v);
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (int64_t i = 0; i < half; i++) {
      lanes[i] += lanes[i + half];
    }
  }
  return lanes[0];
}

template <typename Element, int64_t kCount>
void column_sums(const Element* x, int64_t rows, int64_t width, float* sums) {
  Vector sum[kCount];
  YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) { sum[j] = load(sums + j * kLanes); }
  for (int64_t row = 0; row < rows; row++, x += width) {
    YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) {
      sum[j] = add(sum[j], load(x + j * kLanes));
    }
  }
  YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) { store(sums + j * kLanes, sum[j]); }
}

template <typename Element>
void sum_near_rows(const Element* x, int64_t rows, int64_t width, float* sums) {
  int64_t j = 0;
  for (; j + kChains * kLanes <= width; j += kChains * kLanes) {
    column_sums<Element, kChains>(x + j, rows, width, sums + j);
  }
  for (; j + kLanes <= width; j += kLanes) {
    column_sums<Element, 1>(x + j, rows, width, sums + j);
  }
  int64_t rest = width - j;
  if (rest > 0) {
    Vector sum = load_first(sums + j, rest);
    for (int64_t row = 0; row < rows; row++) {
      sum = add(sum, load_first(x + row * width + j, rest));
    }
    store_first(sums + j, sum, rest);
  }
}

template <typename Element>
void row_sums(const void* x, int64_t rows, int64_t width, float* sums) {
  const Element* from = static_cast<const Element*>(x);
  for (int64_t j = 0; j < width; j++) {
    sums[j] = 0;
  }
  int64_t step = kNearElements / width + 1;
  for (int64_t row = 0; row < rows; row += step) {
    int64_t near = rows - row < step ? rows - row : step;
    sum_near_rows(from + row * width, near, width, sums);
  }
}

template <typename Element>
float plane_sum(const void* x, int64_t count) {
  const Element* from = static_cast<const Element*>(x);
  Vector sum[kChains];
  for (int64_t j = 0; j < kChains; j++) {
    sum[j] = splat(0);
  }
  int64_t i = 0;
  for (; i + kChains * kLanes <= count; i += kChains * kLanes) {
    YOLO4J_UNROLL for (int64_t j = 0; j < kChains; j++) {
      sum[j] = add(sum[j], load(from + i + j * kLanes));
    }
  }
  for (; i + kLanes <= count; i += kLanes) {
    sum[0] = add(sum[0], load(from + i));
  }
  if (i < count) {
    sum[1] = add(sum[1], load_first(from + i, count - i));
  }
  return total(add(add(sum[0], sum[1]), add(sum[2], sum[3])));
}

/// Rows r to r + kRows − 1 for inputs i to i + kInputs − 1: weights are loaded once for all inputs.
template <typename Element, int64_t kRows, int64_t kInputs>
void product_tile(const Product& p, int64_t r, int64_t i) {
  const Element* weight = static_cast<const Element*>(p.weight) + r * p.columns;
  const float* in = p.in + i * p.columns;
  Vector sum[kRows][kInputs];
  YOLO4J_UNROLL for (int64_t row = 0; row < kRows; row++) {
    YOLO4J_UNROLL for (int64_t k = 0; k < kInputs; k++) { sum[row][k] = splat(0); }
  }
  int64_t c = 0;
  for (; c + kLanes <= p.columns; c += kLanes) {
    Vector value[kInputs];
    YOLO4J_UNROLL for (int64_t k = 0; k < kInputs; k++) { value[k] = load(in + k * p.columns + c); }
    YOLO4J_UNROLL for (int64_t row = 0; row < kRows; row++) {
      Vector w = load(weight + row * p.columns + c);
      YOLO4J_UNROLL for (int64_t k = 0; k < kInputs; k++) {
        sum[row][k] = fma(w, value[k], sum[row][k]);
      }
    }
  }
  int64_t rest = p.columns - c;
  for (int64_t row = 0; rest > 0 && row < kRows; row++) {
    Vector w = load_first(weight + row * p.columns + c, rest);
    for (int64_t k = 0; k < kInputs; k++) {
      sum[row][k] = fma(w, load_first(in + k * p.columns + c, rest), sum[row][k]);
    }
  }
  YOLO4J_UNROLL for (int64_t row = 0; row < kRows; row++) {
    YOLO4J_UNROLL for (int64_t k = 0; k < kInputs; k++) {
      float bias = p.bias == nullptr ? 0 : p.bias[r + row];
      p.out[(i + k) * p.out_step + r + row] = total(sum[row][k]) + bias;
    }
  }
}

template <typename Element, int64_t kRows, int64_t kInputs>
void product_rows(const Product& p, int64_t i) {
  int64_t r = p.begin;
  for (; r + kRows <= p.end; r += kRows) {
    product_tile<Element, kRows, kInputs>(p, r, i);
  }
  for (; r < p.end; r++) {
    product_tile<Element, 1, kInputs>(p, r, i);
  }
}

template <typename Element>
void product(const Product& p) {
  int64_t i = 0;
  for (; i + 2 <= p.inputs; i += 2) {
    product_rows<Element, 4, 2>(p, i);
  }
  if (i < p.inputs) {
    product_rows<Element, 8, 1>(p, i);
  }
}

template <typename Element>
void scale_rows(const void* x, void* y, int64_t rows, int64_t width, const float* scale) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  for (int64_t row = 0; row < rows; row++, from += width, to += width) {
    int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes) {
      store(to + j, multiply(load(from + j), load(scale + j)));
    }
    int64_t rest = width - j;
    if (rest > 0) {
      store_first(to + j, multiply(load_first(from + j, rest), load_first(scale + j, rest)), rest);
    }
  }
}

template <typename Element>
void scale_plane(const void* x, void* y, int64_t count, float scale) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  const Vector factor = splat(scale);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    store(to + i, multiply(load(from + i), factor));
  }
  if (i < count) {
    store_first(to + i, multiply(load_first(from + i, count - i), factor), count - i);
  }
}
