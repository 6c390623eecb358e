// Included inside the anonymous namespace of each instruction set's file, after its vectors.

/// Sums run in kChains registers at once, or the additions would wait for each other.
constexpr int kChains = 4;
/// Functions with an exponential keep two vectors in flight; more would not fit the registers.
constexpr int kPair = 2;
constexpr int64_t kPreferredWidth = kChains * kLanes;

/// The lanes' sum, in double precision and always in the same order.
inline double total(Vector v) {
  float lanes[kLanes];
  store(lanes, v);
  double sum = 0;
  for (int64_t i = 0; i < kLanes; i++) {
    sum += static_cast<double>(lanes[i]);
  }
  return sum;
}

/// Adds the first n lanes to n doubles.
inline void add_lanes(Vector v, int64_t n, double* sums) {
  float lanes[kLanes];
  store(lanes, v);
  for (int64_t i = 0; i < n; i++) {
    sums[i] += static_cast<double>(lanes[i]);
  }
}

// --- One channel of NCHW ---

template <typename Element>
void plane_sums(const void* x, Planes planes, float shift, double* sums) {
  const Element* from = static_cast<const Element*>(x);
  const Vector shifts = splat(shift);
  Vector first[kChains];
  Vector second[kChains];
  for (int j = 0; j < kChains; j++) {
    first[j] = second[j] = splat(0);
  }
  for (int64_t plane = 0; plane < planes.count; plane++, from += planes.stride) {
    int64_t i = 0;
    for (; i + kChains * kLanes <= planes.length; i += kChains * kLanes) {
      for (int j = 0; j < kChains; j++) {
        Vector d = subtract(load(from + i + j * kLanes), shifts);
        first[j] = add(first[j], d);
        second[j] = fma(d, d, second[j]);
      }
    }
    for (; i + kLanes <= planes.length; i += kLanes) {
      Vector d = subtract(load(from + i), shifts);
      first[0] = add(first[0], d);
      second[0] = fma(d, d, second[0]);
    }
    int64_t rest = planes.length - i;
    if (rest > 0) {
      Vector d = keep_first(subtract(load_first(from + i, rest), shifts), rest);
      first[1] = add(first[1], d);
      second[1] = fma(d, d, second[1]);
    }
  }
  sums[0] += total(add(add(first[0], first[1]), add(first[2], first[3])));
  sums[1] += total(add(add(second[0], second[1]), add(second[2], second[3])));
}

template <typename Element, typename Activation>
void plane_apply(const void* x, void* y, Planes planes, const Coefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  const Vector scale = splat(c.scale);
  const Vector offset = splat(c.offset);
  for (int64_t plane = 0; plane < planes.count;
       plane++, from += planes.stride, to += planes.stride) {
    int64_t i = 0;
    for (; i + kLanes <= planes.length; i += kLanes) {
      store(to + i, Activation::forward(fma(load(from + i), scale, offset)));
    }
    int64_t rest = planes.length - i;
    if (rest > 0) {
      Vector u = fma(load_first(from + i, rest), scale, offset);
      store_first(to + i, Activation::forward(u), rest);
    }
  }
}

template <typename Element, typename Activation, bool kKeep>
void sum_plane_gradient(const void* x, const void* dy, void* kept, Planes planes,
                        const Coefficients& c, double* sums) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(kept);
  const Vector scale = splat(c.scale);
  const Vector offset = splat(c.offset);
  const Vector mean = splat(c.mean);
  Vector first[kPair];
  Vector second[kPair];
  for (int j = 0; j < kPair; j++) {
    first[j] = second[j] = splat(0);
  }
  for (int64_t plane = 0; plane < planes.count;
       plane++, from += planes.stride, gradient += planes.stride, to += kKeep ? planes.stride : 0) {
    int64_t i = 0;
    for (; i + kPair * kLanes <= planes.length; i += kPair * kLanes) {
      for (int j = 0; j < kPair; j++) {
        Vector at = load(from + i + j * kLanes);
        Vector g = Activation::backward(fma(at, scale, offset), load(gradient + i + j * kLanes));
        if (kKeep) {
          store(to + i + j * kLanes, g);
        }
        first[j] = add(first[j], g);
        second[j] = fma(g, subtract(at, mean), second[j]);
      }
    }
    for (; i < planes.length; i += kLanes) {
      int64_t rest = planes.length - i;
      bool whole = rest >= kLanes;
      Vector at = whole ? load(from + i) : load_first(from + i, rest);
      Vector dys = whole ? load(gradient + i) : load_first(gradient + i, rest);
      Vector g = Activation::backward(fma(at, scale, offset), dys);
      if (kKeep) {
        whole ? store(to + i, g) : store_first(to + i, g, rest);
      }
      Vector dot = multiply(g, subtract(at, mean));
      first[1] = add(first[1], whole ? g : keep_first(g, rest));
      second[1] = add(second[1], whole ? dot : keep_first(dot, rest));
    }
  }
  sums[0] += total(add(first[0], first[1]));
  sums[1] += total(add(second[0], second[1]));
}

template <typename Element, typename Activation>
void plane_gradient_sums(const void* x, const void* dy, Planes planes, const Coefficients& c,
                         double* sums) {
  sum_plane_gradient<Element, Activation, false>(x, dy, nullptr, planes, c, sums);
}

void plane_kept_silu_sums(const void* x, const void* dy, void* kept, Planes planes,
                          const Coefficients& c, double* sums) {
  sum_plane_gradient<float, Silu, true>(x, dy, kept, planes, c, sums);
}

template <typename Element, typename Activation>
void plane_gradient(const void* x, const void* dy, void* dx, Planes planes,
                    const GradientCoefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  const Vector scale = splat(c.scale);
  const Vector offset = splat(c.offset);
  const Vector p = splat(c.p);
  const Vector q = splat(c.q);
  for (int64_t plane = 0; plane < planes.count;
       plane++, from += planes.stride, gradient += planes.stride, to += planes.stride) {
    int64_t i = 0;
    for (; i + kLanes <= planes.length; i += kLanes) {
      Vector at = load(from + i);
      Vector g = Activation::backward(fma(at, scale, offset), load(gradient + i));
      store(to + i, fma(scale, g, fma(p, at, q)));
    }
    int64_t rest = planes.length - i;
    if (rest > 0) {
      Vector at = load_first(from + i, rest);
      Vector g = Activation::backward(fma(at, scale, offset), load_first(gradient + i, rest));
      store_first(to + i, fma(scale, g, fma(p, at, q)), rest);
    }
  }
}

// --- Rows of NHWC ---

template <typename Element, int kCount>
void column_sums(const Element* x, int64_t rows, int64_t width, const float* shift, double* first,
                 double* second) {
  Vector shifts[kCount];
  Vector a[kCount];
  Vector b[kCount];
  for (int j = 0; j < kCount; j++) {
    shifts[j] = load(shift + j * kLanes);
    a[j] = b[j] = splat(0);
  }
  for (int64_t row = 0; row < rows; row++, x += width) {
    for (int j = 0; j < kCount; j++) {
      Vector d = subtract(load(x + j * kLanes), shifts[j]);
      a[j] = add(a[j], d);
      b[j] = fma(d, d, b[j]);
    }
  }
  for (int j = 0; j < kCount; j++) {
    add_lanes(a[j], kLanes, first + j * kLanes);
    add_lanes(b[j], kLanes, second + j * kLanes);
  }
}

/// Rows that are summed before the next columns' turn: few enough that the first-level cache holds
/// them with their gradients, so that memory is read in order whatever the width.
inline int64_t rows_at_once(int64_t width) {
  constexpr int64_t kElements = 4096;
  constexpr int64_t kFewest = 32;
  return kElements / width < kFewest ? kFewest : kElements / width;
}

template <typename Element>
void sum_rows(const Element* x, int64_t rows, int64_t width, const float* shift, double* first,
              double* second) {
  int64_t j = 0;
  for (; j + kChains * kLanes <= width; j += kChains * kLanes) {
    column_sums<Element, kChains>(x + j, rows, width, shift + j, first + j, second + j);
  }
  for (; j + kLanes <= width; j += kLanes) {
    column_sums<Element, 1>(x + j, rows, width, shift + j, first + j, second + j);
  }
  int64_t rest = width - j;
  if (rest > 0) {
    // The dead lanes hold garbage that add_lanes leaves out.
    Vector shifts = load_first(shift + j, rest);
    Vector a = splat(0);
    Vector b = splat(0);
    for (int64_t row = 0; row < rows; row++) {
      Vector d = subtract(load_first(x + row * width + j, rest), shifts);
      a = add(a, d);
      b = fma(d, d, b);
    }
    add_lanes(a, rest, first + j);
    add_lanes(b, rest, second + j);
  }
}

template <typename Element>
void row_sums(const void* x, int64_t rows, int64_t width, const float* shift, double* first,
              double* second) {
  const Element* from = static_cast<const Element*>(x);
  int64_t step = rows_at_once(width);
  for (int64_t row = 0; row < rows; row += step) {
    int64_t part = rows - row < step ? rows - row : step;
    sum_rows(from + row * width, part, width, shift, first, second);
  }
}

template <typename Element, typename Activation>
void row_apply(const void* x, void* y, int64_t rows, int64_t width, const ColumnCoefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  const float* scale = c.scale;
  const float* offset = c.offset;
  for (int64_t row = 0; row < rows; row++, from += width, to += width) {
    int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes) {
      Vector u = fma(load(from + j), load(scale + j), load(offset + j));
      store(to + j, Activation::forward(u));
    }
    int64_t rest = width - j;
    if (rest > 0) {
      Vector u = fma(load_first(from + j, rest), load_first(scale + j, rest),
                     load_first(offset + j, rest));
      store_first(to + j, Activation::forward(u), rest);
    }
  }
}

template <typename Element, typename Activation, int kCount, bool kKeep>
void column_gradient_sums(const Element* x, const Element* dy, Element* kept, int64_t rows,
                          int64_t width, const ColumnCoefficients& c, int64_t column, double* first,
                          double* second) {
  Vector scale[kCount];
  Vector offset[kCount];
  Vector mean[kCount];
  Vector a[kCount];
  Vector b[kCount];
  for (int j = 0; j < kCount; j++) {
    scale[j] = load(c.scale + column + j * kLanes);
    offset[j] = load(c.offset + column + j * kLanes);
    mean[j] = load(c.mean + column + j * kLanes);
    a[j] = b[j] = splat(0);
  }
  x += column;
  dy += column;
  kept += kKeep ? column : 0;
  for (int64_t row = 0; row < rows; row++, x += width, dy += width, kept += kKeep ? width : 0) {
    for (int j = 0; j < kCount; j++) {
      Vector at = load(x + j * kLanes);
      Vector g = Activation::backward(fma(at, scale[j], offset[j]), load(dy + j * kLanes));
      if (kKeep) {
        store(kept + j * kLanes, g);
      }
      a[j] = add(a[j], g);
      b[j] = fma(g, subtract(at, mean[j]), b[j]);
    }
  }
  for (int j = 0; j < kCount; j++) {
    add_lanes(a[j], kLanes, first + column + j * kLanes);
    add_lanes(b[j], kLanes, second + column + j * kLanes);
  }
}

template <typename Element, typename Activation, bool kKeep>
void sum_row_gradients(const Element* x, const Element* dy, Element* kept, int64_t rows,
                       int64_t width, const ColumnCoefficients& c, double* first, double* second) {
  int64_t j = 0;
  for (; j + kPair * kLanes <= width; j += kPair * kLanes) {
    column_gradient_sums<Element, Activation, kPair, kKeep>(x, dy, kept, rows, width, c, j, first,
                                                            second);
  }
  for (; j + kLanes <= width; j += kLanes) {
    column_gradient_sums<Element, Activation, 1, kKeep>(x, dy, kept, rows, width, c, j, first,
                                                        second);
  }
  int64_t rest = width - j;
  if (rest > 0) {
    Vector scale = load_first(c.scale + j, rest);
    Vector offset = load_first(c.offset + j, rest);
    Vector mean = load_first(c.mean + j, rest);
    Vector a = splat(0);
    Vector b = splat(0);
    for (int64_t row = 0; row < rows; row++) {
      Vector at = load_first(x + row * width + j, rest);
      Vector g =
          Activation::backward(fma(at, scale, offset), load_first(dy + row * width + j, rest));
      if (kKeep) {
        store_first(kept + row * width + j, g, rest);
      }
      a = add(a, g);
      b = fma(g, subtract(at, mean), b);
    }
    add_lanes(a, rest, first + j);
    add_lanes(b, rest, second + j);
  }
}

template <typename Element, typename Activation, bool kKeep>
void sum_row_gradient(const void* x, const void* dy, void* kept, int64_t rows, int64_t width,
                      const ColumnCoefficients& c, double* first, double* second) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(kept);
  int64_t step = rows_at_once(width);
  for (int64_t row = 0; row < rows; row += step) {
    int64_t part = rows - row < step ? rows - row : step;
    sum_row_gradients<Element, Activation, kKeep>(from + row * width, gradient + row * width,
                                                  kKeep ? to + row * width : nullptr, part, width,
                                                  c, first, second);
  }
}

template <typename Element, typename Activation>
void row_gradient_sums(const void* x, const void* dy, int64_t rows, int64_t width,
                       const ColumnCoefficients& c, double* first, double* second) {
  sum_row_gradient<Element, Activation, false>(x, dy, nullptr, rows, width, c, first, second);
}

void row_kept_silu_sums(const void* x, const void* dy, void* kept, int64_t rows, int64_t width,
                        const ColumnCoefficients& c, double* first, double* second) {
  sum_row_gradient<float, Silu, true>(x, dy, kept, rows, width, c, first, second);
}

template <typename Element, typename Activation>
void row_gradient(const void* x, const void* dy, void* dx, int64_t rows, int64_t width,
                  const ColumnCoefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  const float* scale = c.scale;
  const float* offset = c.offset;
  const float* p = c.p;
  const float* q = c.q;
  for (int64_t row = 0; row < rows; row++, from += width, gradient += width, to += width) {
    int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes) {
      Vector at = load(from + j);
      Vector k = load(scale + j);
      Vector g = Activation::backward(fma(at, k, load(offset + j)), load(gradient + j));
      store(to + j, fma(k, g, fma(load(p + j), at, load(q + j))));
    }
    int64_t rest = width - j;
    if (rest > 0) {
      Vector at = load_first(from + j, rest);
      Vector k = load_first(scale + j, rest);
      Vector g = Activation::backward(fma(at, k, load_first(offset + j, rest)),
                                      load_first(gradient + j, rest));
      Vector dxs = fma(k, g, fma(load_first(p + j, rest), at, load_first(q + j, rest)));
      store_first(to + j, dxs, rest);
    }
  }
}
