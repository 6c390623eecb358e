// The loops of the gradients in terms of vectors. Included after kernels.h.

template <typename Element, int64_t kCount>
void gradient_column_sums(const Element* x, const Element* dy, int64_t rows, int64_t width,
                          float* sums, float* dots) {
  Vector sum[kCount];
  Vector dot[kCount];
  YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) {
    sum[j] = load(sums + j * kLanes);
    dot[j] = load(dots + j * kLanes);
  }
  for (int64_t row = 0; row < rows; row++, x += width, dy += width) {
    YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) {
      Vector value = load(x + j * kLanes);
      sum[j] = add(sum[j], value);
      dot[j] = fma(value, load(dy + j * kLanes), dot[j]);
    }
  }
  YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) {
    store(sums + j * kLanes, sum[j]);
    store(dots + j * kLanes, dot[j]);
  }
}

template <typename Element>
void gradient_near_rows(const Element* x, const Element* dy, int64_t rows, int64_t width,
                        float* sums, float* dots) {
  int64_t j = 0;
  for (; j + kChains * kLanes <= width; j += kChains * kLanes) {
    gradient_column_sums<Element, kChains>(x + j, dy + j, rows, width, sums + j, dots + j);
  }
  for (; j + kLanes <= width; j += kLanes) {
    gradient_column_sums<Element, 1>(x + j, dy + j, rows, width, sums + j, dots + j);
  }
  int64_t rest = width - j;
  if (rest > 0) {
    Vector sum = load_first(sums + j, rest);
    Vector dot = load_first(dots + j, rest);
    for (int64_t row = 0; row < rows; row++) {
      Vector value = load_first(x + row * width + j, rest);
      sum = add(sum, value);
      dot = fma(value, load_first(dy + row * width + j, rest), dot);
    }
    store_first(sums + j, sum, rest);
    store_first(dots + j, dot, rest);
  }
}

template <typename Element>
void row_gradient_sums(const void* x, const void* dy, int64_t rows, int64_t width, float* sums,
                       float* dots) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  for (int64_t j = 0; j < width; j++) {
    sums[j] = 0;
    dots[j] = 0;
  }
  int64_t step = kNearElements / 2 / width + 1;
  for (int64_t row = 0; row < rows; row += step) {
    int64_t near = rows - row < step ? rows - row : step;
    gradient_near_rows(from + row * width, gradient + row * width, near, width, sums, dots);
  }
}

template <typename Element>
void plane_gradient_sums(const void* x, const void* dy, int64_t count, float* sums) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Vector sum[kChains];
  Vector dot[kChains];
  YOLO4J_UNROLL for (int64_t j = 0; j < kChains; j++) { sum[j] = dot[j] = splat(0); }
  int64_t i = 0;
  for (; i + kChains * kLanes <= count; i += kChains * kLanes) {
    YOLO4J_UNROLL for (int64_t j = 0; j < kChains; j++) {
      Vector value = load(from + i + j * kLanes);
      sum[j] = add(sum[j], value);
      dot[j] = fma(value, load(gradient + i + j * kLanes), dot[j]);
    }
  }
  for (; i + kLanes <= count; i += kLanes) {
    Vector value = load(from + i);
    sum[0] = add(sum[0], value);
    dot[0] = fma(value, load(gradient + i), dot[0]);
  }
  if (i < count) {
    Vector value = load_first(from + i, count - i);
    sum[1] = add(sum[1], value);
    dot[1] = fma(value, load_first(gradient + i, count - i), dot[1]);
  }
  sums[0] = total(add(add(sum[0], sum[1]), add(sum[2], sum[3])));
  sums[1] = total(add(add(dot[0], dot[1]), add(dot[2], dot[3])));
}

template <typename Element>
void gradient_rows(const void* dy, void* dx, int64_t rows, int64_t width, const float* scale,
                   const float* shift) {
  const Element* from = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  for (int64_t row = 0; row < rows; row++, from += width, to += width) {
    int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes) {
      store(to + j, fma(load(from + j), load(scale + j), load(shift + j)));
    }
    int64_t rest = width - j;
    if (rest > 0) {
      store_first(
          to + j,
          fma(load_first(from + j, rest), load_first(scale + j, rest), load_first(shift + j, rest)),
          rest);
    }
  }
}

template <typename Element>
void gradient_plane(const void* dy, void* dx, int64_t count, float scale, float shift) {
  const Element* from = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  const Vector factor = splat(scale);
  const Vector summand = splat(shift);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    store(to + i, fma(load(from + i), factor, summand));
  }
  if (i < count) {
    store_first(to + i, fma(load_first(from + i, count - i), factor, summand), count - i);
  }
}

template <typename Element, int64_t kCount>
void weighted_columns(const Element* row, int64_t count, int64_t width, const float* factors,
                      int64_t step, float* out) {
  Vector sum[kCount];
  YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) { sum[j] = splat(0); }
  for (int64_t r = 0; r < count; r++, row += width) {
    Vector factor = splat(factors[r * step]);
    YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) {
      sum[j] = fma(load(row + j * kLanes), factor, sum[j]);
    }
  }
  YOLO4J_UNROLL for (int64_t j = 0; j < kCount; j++) { store(out + j * kLanes, sum[j]); }
}

template <typename Element>
void weighted_rows(const void* rows, int64_t count, int64_t width, const float* factors,
                   int64_t step, float* out) {
  const Element* row = static_cast<const Element*>(rows);
  int64_t j = 0;
  for (; j + kChains * kLanes <= width; j += kChains * kLanes) {
    weighted_columns<Element, kChains>(row + j, count, width, factors, step, out + j);
  }
  for (; j + kLanes <= width; j += kLanes) {
    weighted_columns<Element, 1>(row + j, count, width, factors, step, out + j);
  }
  int64_t rest = width - j;
  if (rest > 0) {
    Vector sum = splat(0);
    for (int64_t r = 0; r < count; r++) {
      sum = fma(load_first(row + r * width + j, rest), splat(factors[r * step]), sum);
    }
    store_first(out + j, sum, rest);
  }
}
