// The formulas, one element at a time: the documentation of the family.
#include <cmath>
#include <cstring>
#include <limits>

#include "maps/maps.h"
#include "simd/element.h"

namespace yolo4j::maps {
namespace {

#include "maps/bytes.h"

template <typename Element>
void pool_row(const PoolRow& row) {
  const Element* x = static_cast<const Element*>(row.x);
  Element* y = static_cast<Element*>(row.y);
  for (int64_t column = 0; column < row.y_width; column++) {
    int64_t first = column * row.stride - row.pad;
    int64_t end = first + row.kernel < row.width ? first + row.kernel : row.width;
    first = first < 0 ? 0 : first;
    for (int64_t c = 0; c < row.channels; c++) {
      double most = -std::numeric_limits<double>::infinity();
      for (int64_t r = 0; r < row.rows; r++) {
        for (int64_t k = first; k < end; k++) {
          double v = value(x + r * row.x_row + k * row.x_pixel + c);
          most = v > most || std::isnan(v) ? v : most;  // NaN stays, as in LibTorch
        }
      }
      yolo4j::put(y + column * row.y_pixel + c, most);
    }
  }
}

/// The scale is kept by a maximum: it looks at the bytes alone.
void pool_bytes(const PoolRow& row) {
  const uint8_t* x = static_cast<const uint8_t*>(row.x);
  for (int64_t column = 0; column < row.y_width; column++) {
    int64_t first = column * row.stride - row.pad;
    const int64_t end = first + row.kernel < row.width ? first + row.kernel : row.width;
    first = first < 0 ? 0 : first;
    uint8_t* __restrict y = static_cast<uint8_t*>(row.y) + column * row.y_pixel;
    std::memset(y, 0, static_cast<std::size_t>(row.channels));
    for (int64_t r = 0; r < row.rows; r++) {
      for (int64_t k = first; k < end; k++) {
        const uint8_t* at = x + r * row.x_row + k * row.x_pixel;
        for (int64_t c = 0; c < row.channels; c++) {
          y[c] = at[c] > y[c] ? at[c] : y[c];
        }
      }
    }
  }
}

template <typename Element>
void sum_run(const SumRun& run) {
  const Element* a = static_cast<const Element*>(run.a);
  const Element* b = static_cast<const Element*>(run.b);
  Element* y = static_cast<Element*>(run.y);
  for (int64_t p = 0; p < run.pixels; p++) {
    for (int64_t c = 0; c < run.channels; c++) {
      yolo4j::put(y + p * run.y_pixel + c,
                  value(a + p * run.a_pixel + c) + value(b + p * run.b_pixel + c));
    }
  }
}

}  // namespace

const Kernels kScalar{{pool_row<float>, pool_row<uint16_t>, pool_bytes},
                      {sum_run<float>, sum_run<uint16_t>},
                      YOLO4J_CONVERSIONS};

}  // namespace yolo4j::maps
