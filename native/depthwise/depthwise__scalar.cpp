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
            double weight = static_cast<double>(row.weight[r][t * row.padded + c]);
            sum += value(x + column * row.channels + c) * weight;
          }
        }
      }
      put(out + j * row.out_step + c, activate(row.activation, sum));
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

#include "depthwise/table.h"

}  // namespace

const Kernels kScalar = table();

}  // namespace yolo4j::depthwise
