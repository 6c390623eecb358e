// The formulas, one element at a time and in double precision: the documentation of the family.
#include <cmath>
#include <type_traits>

#include "depthwise/depthwise.h"
#include "simd/element.h"

namespace yolo4j::depthwise {
namespace {

double clamped(double u) { return u <= 0 ? 0 : u >= 6 ? 6 : u; }

// Comparisons are so that NaN goes through, as in LibTorch.
double activate(int32_t activation, double u) {
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return u <= 0 ? 0 : u;
    case YOLO4J_ACTIVATION_RELU6:
      return clamped(u);
    case YOLO4J_ACTIVATION_SILU:
      return u / (1 + std::exp(-u));
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u * clamped(u + 3) / 6;
    default:
      return u;
  }
}

/// Output j of row q before its activation.
template <typename Source, int64_t kStride, int64_t kTaps>
double pair_sum(const RowPair& pair, int64_t q, int64_t j, int64_t c) {
  double sum = pair.bias == nullptr ? 0 : static_cast<double>(pair.bias[c]);
  for (int64_t r = pair.begin; r < pair.end; r++) {
    int64_t ky = r - q * kStride;
    for (int64_t t = 0; ky >= 0 && ky < kTaps && t < kTaps; t++) {
      int64_t column = pair.first + j * kStride + t;
      if (kTaps == 5 || (column >= 0 && column < pair.columns)) {
        const Source* x = static_cast<const Source*>(pair.source[r]);
        double weight = static_cast<double>(pair.weight[(ky * kTaps + t) * kPadding + c]);
        sum += value(x + column * pair.step + c) * weight;
      }
    }
  }
  return sum;
}

template <typename Element, int64_t kStride, int64_t kTaps>
void pair_rows(const RowPair& pair) {
  using Source = std::conditional_t<kTaps == 5, float, Element>;
  for (int64_t q = 0; q < 2 && pair.out[q] != nullptr; q++) {
    Element* out = static_cast<Element*>(pair.out[q]);
    for (int64_t j = 0; j < pair.outputs; j++) {
      for (int64_t c = 0; c < pair.lanes; c++) {
        double y = activate(pair.activation, pair_sum<Source, kStride, kTaps>(pair, q, j, c));
        put(out + j * pair.out_step + c, y);
        if (pair.sum != nullptr) {
          pair.sum[c] += static_cast<float>(y);
        }
      }
    }
  }
}

template <typename Element>
void copy_columns(const Columns& columns) {
  for (int64_t i = 0; i < columns.count; i++) {
    const Element* from = static_cast<const Element*>(columns.from) + i * columns.step;
    for (int64_t c = 0; c < kPadding; c++) {
      columns.to[i * kPadding + c] = c < columns.lanes ? static_cast<float>(value(from + c)) : 0.0f;
    }
  }
}

template <typename Element, int64_t kTaps>
void row_sum(const Row& row) {
  Element* out = static_cast<Element*>(row.out);
  for (int64_t j = 0; j < row.outputs; j++) {
    for (int64_t c = 0; c < row.channels; c++) {
      double sum = 0;
      for (int64_t r = 0; r < row.sources; r++) {
        for (int64_t t = 0; t < kTaps; t++) {
          int64_t column = row.first + j + t;
          if (column >= 0 && column < row.columns) {
            const Element* x = static_cast<const Element*>(row.source[r]);
            double weight = static_cast<double>(*taps_at(row.weight[r], row.taps, t, c));
            sum += value(x + column * row.channels + c) * weight;
          }
        }
      }
      put(out + j * row.out_step + c, sum);
    }
  }
}

template <typename Element, int64_t kStride, int64_t kTaps>
void weight_row_sum(const WeightRow& row) {
  const Element* x = static_cast<const Element*>(row.source);
  const Element* gradient = static_cast<const Element*>(row.gradient);
  for (int64_t t = 0; t < kTaps; t++) {
    for (int64_t c = 0; c < row.channels; c++) {
      double sum = static_cast<double>(row.sum[t * row.padded + c]);
      for (int64_t j = 0; j < row.outputs; j++) {
        int64_t column = row.first + j * kStride + t;
        if (column >= 0 && column < row.columns) {
          sum += value(gradient + j * row.channels + c) * value(x + column * row.channels + c);
        }
      }
      row.sum[t * row.padded + c] = static_cast<float>(sum);
    }
  }
}

template <typename Element, int64_t kStride>
void expand(const void* x, float* row, int64_t columns, int64_t before, int64_t phase) {
  for (int64_t i = 0; i < columns; i++) {
    int64_t place = (before + i) / kStride + (before + i) % kStride * phase;
    row[place] = static_cast<float>(value(static_cast<const Element*>(x) + i));
  }
}

/// Element `place` of an expanded row.
template <int64_t kStride>
double expanded(const float* row, int64_t place, int64_t phase) {
  return static_cast<double>(row[place / kStride + place % kStride * phase]);
}

template <typename Element, int64_t kStride, int64_t kTaps>
void plane_tile(const PlaneTile& tile) {
  for (int64_t r = 0; r < tile.rows; r++) {
    for (int64_t j = 0; j < tile.outputs && tile.out[r] != nullptr; j++) {
      double sum = static_cast<double>(tile.bias);
      for (int64_t i = 0; i < kTaps; i++) {
        for (int64_t t = 0; t < kTaps; t++) {
          sum += expanded<kStride>(tile.source[r * kStride + i], j * kStride + t, tile.phase) *
                 static_cast<double>(tile.weight[i * kTaps + t]);
        }
      }
      double y = activate(tile.activation, sum);
      put(static_cast<Element*>(tile.out[r]) + j, y);
      if (tile.sum != nullptr) {
        tile.sum[0] += static_cast<float>(y);
      }
    }
  }
}

template <typename Element, int64_t kTaps>
void pair_row(const PairRow& row) {
  constexpr int64_t kEven = (kTaps + 1) / 2;
  for (int64_t column = 0; column < row.columns; column++) {
    bool even = column % 2 == row.odd_first;
    int64_t place = column / 2 + (even ? row.odd_first : 0);
    double sum = 0;
    for (int64_t i = 0; i < row.sources; i++) {
      for (int64_t m = 0; m < (even ? kEven : kTaps / 2); m++) {
        sum += static_cast<double>(row.source[i][place - m]) *
               static_cast<double>(row.weight[i][even ? m : kEven + m]);
      }
    }
    put(static_cast<Element*>(row.out) + column, sum);
  }
}

template <int64_t kStride, int64_t kTaps>
void plane_weights(const PlaneWeights& tile) {
  for (int64_t tap = 0; tap < kTaps * kTaps; tap++) {
    double sum = static_cast<double>(tile.sum[tap * kMostLanes]);
    for (int64_t r = 0; r < tile.rows; r++) {
      for (int64_t j = 0; j < tile.outputs; j++) {
        sum += static_cast<double>(tile.gradient[r][j]) *
               expanded<kStride>(tile.source[r * kStride + tap / kTaps], j * kStride + tap % kTaps,
                                 tile.phase);
      }
    }
    tile.sum[tap * kMostLanes] = static_cast<float>(sum);
  }
}

#include "depthwise/table.h"

}  // namespace

const Kernels kScalar = table(1);

}  // namespace yolo4j::depthwise
