// The loops in terms of vectors. Included inside the anonymous namespace of each instruction set's
// file, after its vectors and bytes.h.

/// What a maximum needs of floats: `kCount` channels at a time, or the first `count` of them.
template <typename Float>
struct Lanes {
  using Element = Float;
  using Values = Vector;
  static constexpr int64_t kCount = kLanes;

  static Values load_some(const Element* x, int64_t count) {
    return count >= kCount ? load(x) : load_first(x, count);
  }

  static void store_some(Element* y, Values v, int64_t count) {
    if (count >= kCount) {
      store(y, v);
    } else {
      store_first(y, v, count);
    }
  }

  /// The larger one; NaN if one of them is, as in LibTorch.
  static Values larger(Values a, Values b) { return select(at_most(a, a), greatest(a, b), a); }
};

/// As many bytes as a vector of float32 has.
typedef uint8_t Bytes __attribute__((vector_size(4 * kLanes)));

/// The scale is kept by a maximum: it looks at the bytes alone.
template <>
struct Lanes<uint8_t> {
  using Element = uint8_t;
  using Values = Bytes;
  static constexpr int64_t kCount = sizeof(Bytes);

  static Values load_some(const Element* x, int64_t count) {
    Values v{};
    if (count >= kCount) {
      std::memcpy(&v, x, sizeof v);
    } else {
      std::memcpy(&v, x, static_cast<std::size_t>(count));
    }
    return v;
  }

  static void store_some(Element* y, const Values& v, int64_t count) {
    if (count >= kCount) {
      std::memcpy(y, &v, sizeof v);
    } else {
      std::memcpy(y, &v, static_cast<std::size_t>(count));
    }
  }

  static Values larger(const Values& a, const Values& b) { return a > b ? a : b; }
};

/// Columns first, then along the row: kernel + kernel comparisons a pixel instead of their product.
template <typename Element>
void pool_row(const PoolRow& row) {
  using Of = Lanes<Element>;

  using Values = typename Of::Values;
  // Outputs whose windows fit into the columns looked at.
  const int64_t tile = (kMostColumns - row.kernel) / row.stride + 1;
  Values columns[kMostColumns];
  for (int64_t c = 0; c < row.channels; c += Of::kCount) {
    const int64_t lanes = row.channels - c;
    const Element* x = static_cast<const Element*>(row.x) + c;
    Element* y = static_cast<Element*>(row.y) + c;
    for (int64_t from = 0; from < row.y_width; from += tile) {
      const int64_t outputs = row.y_width - from < tile ? row.y_width - from : tile;
      const int64_t left = from * row.stride - row.pad;
      const int64_t first = left < 0 ? 0 : left;
      int64_t end = left + (outputs - 1) * row.stride + row.kernel;
      end = end < row.width ? end : row.width;
      for (int64_t k = first; k < end; k++) {
        const Element* at = x + k * row.x_pixel;
        Values most = Of::load_some(at, lanes);
        for (int64_t r = 1; r < row.rows; r++) {
          most = Of::larger(most, Of::load_some(at + r * row.x_row, lanes));
        }
        columns[k - first] = most;
      }
      for (int64_t o = 0; o < outputs; o++) {
        int64_t k = left + o * row.stride;
        int64_t last = k + row.kernel < end ? k + row.kernel : end;
        k = k < first ? first : k;
        Values most = columns[k - first];
        for (k++; k < last; k++) {
          most = Of::larger(most, columns[k - first]);
        }
        Of::store_some(y + (from + o) * row.y_pixel, most, lanes);
      }
    }
  }
}

template <typename Element>
void sum_run(const SumRun& run) {
  for (int64_t p = 0; p < run.pixels; p++) {
    const Element* a = static_cast<const Element*>(run.a) + p * run.a_pixel;
    const Element* b = static_cast<const Element*>(run.b) + p * run.b_pixel;
    Element* y = static_cast<Element*>(run.y) + p * run.y_pixel;
    int64_t c = 0;
    for (; c + kLanes <= run.channels; c += kLanes) {
      store(y + c, add(load(a + c), load(b + c)));
    }
    if (c < run.channels) {
      int64_t rest = run.channels - c;
      store_first(y + c, add(load_first(a + c, rest), load_first(b + c, rest)), rest);
    }
  }
}

constexpr Kernels table() {
  return Kernels{{pool_row<float>, pool_row<uint16_t>, pool_row<uint8_t>},
                 {sum_run<float>, sum_run<uint16_t>},
                 YOLO4J_CONVERSIONS};
}
