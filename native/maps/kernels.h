// The loops in terms of vectors. Included inside the anonymous namespace of each instruction set's
// file, after its vectors and bytes.h.

/// The larger one; NaN if one of them is, as in LibTorch.
inline Vector larger(Vector a, Vector b) { return select(at_most(a, a), greatest(a, b), a); }

/// kLanes channels, or the first `count` of them.
template <typename Element>
inline Vector load_some(const Element* x, int64_t count) {
  return count >= kLanes ? load(x) : load_first(x, count);
}

template <typename Element>
inline void store_some(Element* y, Vector v, int64_t count) {
  if (count >= kLanes) {
    store(y, v);
  } else {
    store_first(y, v, count);
  }
}

/// Columns first, then along the row: kernel + kernel comparisons a pixel instead of their product.
template <typename Element>
void pool_row(const PoolRow& row) {
  // Outputs whose windows fit into the columns looked at.
  const int64_t tile = (kMostColumns - row.kernel) / row.stride + 1;
  Vector columns[kMostColumns];
  for (int64_t c = 0; c < row.channels; c += kLanes) {
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
        Vector most = load_some(at, lanes);
        for (int64_t r = 1; r < row.rows; r++) {
          most = larger(most, load_some(at + r * row.x_row, lanes));
        }
        columns[k - first] = most;
      }
      for (int64_t o = 0; o < outputs; o++) {
        int64_t k = left + o * row.stride;
        int64_t last = k + row.kernel < end ? k + row.kernel : end;
        k = k < first ? first : k;
        Vector most = columns[k - first];
        for (k++; k < last; k++) {
          most = larger(most, columns[k - first]);
        }
        store_some(y + (from + o) * row.y_pixel, most, lanes);
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
  return Kernels{{pool_row<float>, pool_row<uint16_t>, pool_bytes},
                 {sum_run<float>, sum_run<uint16_t>},
                 YOLO4J_CONVERSIONS};
}
