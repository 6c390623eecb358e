// The formulas, one element at a time and in double precision: the documentation of the family.
#include "simd/element.h"
#include "squeeze_excite/squeeze_excite.h"

namespace yolo4j::squeeze_excite {
namespace {

template <typename Element>
void row_sums(const void* x, int64_t rows, int64_t width, float* sums) {
  const Element* from = static_cast<const Element*>(x);
  for (int64_t j = 0; j < width; j++) {
    double sum = 0;
    for (int64_t row = 0; row < rows; row++) {
      sum += value(from + row * width + j);
    }
    sums[j] = static_cast<float>(sum);
  }
}

template <typename Element>
float plane_sum(const void* x, int64_t count) {
  const Element* from = static_cast<const Element*>(x);
  double sum = 0;
  for (int64_t i = 0; i < count; i++) {
    sum += value(from + i);
  }
  return static_cast<float>(sum);
}

template <typename Element>
void product(const Product& p) {
  const Element* weight = static_cast<const Element*>(p.weight);
  for (int64_t i = 0; i < p.inputs; i++) {
    for (int64_t r = p.begin; r < p.end; r++) {
      double sum = p.bias == nullptr ? 0 : static_cast<double>(p.bias[r]);
      for (int64_t c = 0; c < p.columns; c++) {
        sum += value(weight + r * p.columns + c) * static_cast<double>(p.in[i * p.columns + c]);
      }
      p.out[i * p.out_step + r] = static_cast<float>(sum);
    }
  }
}

template <typename Element>
void scale_rows(const void* x, void* y, int64_t rows, int64_t width, const float* scale) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  for (int64_t i = 0; i < rows * width; i++) {
    put(to + i, value(from + i) * static_cast<double>(scale[i % width]));
  }
}

template <typename Element>
void scale_plane(const void* x, void* y, int64_t count, float scale) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  for (int64_t i = 0; i < count; i++) {
    put(to + i, value(from + i) * static_cast<double>(scale));
  }
}

template <typename Element>
void row_gradient_sums(const void* x, const void* dy, int64_t rows, int64_t width, float* sums,
                       float* dots) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  for (int64_t j = 0; j < width; j++) {
    double sum = 0;
    double dot = 0;
    for (int64_t at = j; at < rows * width; at += width) {
      sum += value(from + at);
      dot += value(from + at) * value(gradient + at);
    }
    sums[j] = static_cast<float>(sum);
    dots[j] = static_cast<float>(dot);
  }
}

template <typename Element>
void plane_gradient_sums(const void* x, const void* dy, int64_t count, float* sums) {
  row_gradient_sums<Element>(x, dy, count, 1, sums, sums + 1);
}

template <typename Element>
void gradient_rows(const void* dy, void* dx, int64_t rows, int64_t width, const float* scale,
                   const float* shift) {
  const Element* from = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  for (int64_t i = 0; i < rows * width; i++) {
    put(to + i, value(from + i) * static_cast<double>(scale[i % width]) +
                    static_cast<double>(shift[i % width]));
  }
}

template <typename Element>
void gradient_plane(const void* dy, void* dx, int64_t count, float scale, float shift) {
  gradient_rows<Element>(dy, dx, count, 1, &scale, &shift);
}

template <typename Element>
void weighted_rows(const void* rows, int64_t count, int64_t width, const float* factors,
                   int64_t step, float* out) {
  const Element* row = static_cast<const Element*>(rows);
  for (int64_t j = 0; j < width; j++) {
    double sum = 0;
    for (int64_t r = 0; r < count; r++) {
      sum += static_cast<double>(factors[r * step]) * value(row + r * width + j);
    }
    out[j] = static_cast<float>(sum);
  }
}

#include "squeeze_excite/table.h"

}  // namespace

const Kernels kScalar = table();

}  // namespace yolo4j::squeeze_excite
