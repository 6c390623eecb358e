// The formulas, one element at a time and in double precision: the documentation of the family.
#include <cmath>

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

template <typename Element, int64_t kStride, int64_t kTaps>
void row_sum(const Row& row) {
  Element* out = static_cast<Element*>(row.out);
  for (int64_t j = 0; j < row.outputs; j++) {
    for (int64_t c = 0; c < row.channels; c++) {
      double sum = row.bias == nullptr ? 0 : static_cast<double>(row.bias[c]);
      for (int64_t r = 0; r < row.sources; r++) {
        for (int64_t t = 0; t < kTaps; t++) {
          int64_t column = row.first + j * kStride + t;
          if (column >= 0 && column < row.columns) {
            const Element* x = static_cast<const Element*>(row.source[r]);
            double weight = static_cast<double>(*taps_at(row.weight[r], row.taps, t, c));
            sum += value(x + column * row.channels + c) * weight;
          }
        }
      }
      double y = activate(row.activation, sum);
      put(out + j * row.out_step + c, y);
      if (row.sum != nullptr) {
        row.sum[c] += static_cast<float>(y);
      }
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
