// The formulas, one element at a time and in double precision: the documentation of the family.
#include <cmath>

#include "batch_norm/batch_norm.h"
#include "simd/element.h"

namespace yolo4j::batch_norm {
namespace {

struct None {
  static double forward(double u) { return u; }
  static double backward(double, double dy) { return dy; }
};

// Comparisons are so that NaN goes through, as in LibTorch.
struct Relu {
  static double forward(double u) { return u <= 0 ? 0 : u; }
  static double backward(double u, double dy) { return u <= 0 ? 0 : dy; }
};

struct Relu6 {
  static double forward(double u) { return u <= 0 ? 0 : u >= 6 ? 6 : u; }
  static double backward(double u, double dy) { return u <= 0 || u >= 6 ? 0 : dy; }
};

struct Silu {
  static double forward(double u) { return u / (1 + std::exp(-u)); }
  static double backward(double u, double dy) {
    double s = 1 / (1 + std::exp(-u));
    return dy * s * (1 + u * (1 - s));
  }
};

struct Hardswish {
  static double forward(double u) { return u * Relu6::forward(u + 3) / 6; }
  static double backward(double u, double dy) {
    return u <= -3 ? 0 : u < 3 ? dy * (u / 3 + 0.5) : dy;
  }
};

template <typename Element>
void plane_sums(const void* x, Planes planes, float shift, double* sums) {
  const Element* from = static_cast<const Element*>(x);
  for (int64_t plane = 0; plane < planes.count; plane++, from += planes.stride) {
    for (int64_t i = 0; i < planes.length; i++) {
      double d = value(from + i) - shift;
      sums[0] += d;
      sums[1] += d * d;
    }
  }
}

template <typename Element, typename Activation>
void plane_apply(const void* x, void* y, Planes planes, const Coefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  for (int64_t plane = 0; plane < planes.count;
       plane++, from += planes.stride, to += planes.stride) {
    for (int64_t i = 0; i < planes.length; i++) {
      put(to + i, Activation::forward(value(from + i) * c.scale + c.offset));
    }
  }
}

template <typename Element, typename Activation>
void plane_gradient_sums(const void* x, const void* dy, Planes planes, const Coefficients& c,
                         double* sums) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  for (int64_t plane = 0; plane < planes.count;
       plane++, from += planes.stride, gradient += planes.stride) {
    for (int64_t i = 0; i < planes.length; i++) {
      double at = value(from + i);
      double g = Activation::backward(at * c.scale + c.offset, value(gradient + i));
      sums[0] += g;
      sums[1] += g * (at - c.mean);
    }
  }
}

template <typename Element, typename Activation>
void plane_gradient(const void* x, const void* dy, void* dx, Planes planes,
                    const GradientCoefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  for (int64_t plane = 0; plane < planes.count;
       plane++, from += planes.stride, gradient += planes.stride, to += planes.stride) {
    for (int64_t i = 0; i < planes.length; i++) {
      double at = value(from + i);
      double g = Activation::backward(at * c.scale + c.offset, value(gradient + i));
      put(to + i, c.scale * g + c.p * at + c.q);
    }
  }
}

template <typename Element>
void row_sums(const void* x, int64_t rows, int64_t width, const float* shift, double* first,
              double* second) {
  const Element* from = static_cast<const Element*>(x);
  for (int64_t row = 0; row < rows; row++, from += width) {
    for (int64_t j = 0; j < width; j++) {
      double d = value(from + j) - shift[j];
      first[j] += d;
      second[j] += d * d;
    }
  }
}

template <typename Element, typename Activation>
void row_apply(const void* x, void* y, int64_t rows, int64_t width, const ColumnCoefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  for (int64_t row = 0; row < rows; row++, from += width, to += width) {
    for (int64_t j = 0; j < width; j++) {
      put(to + j, Activation::forward(value(from + j) * c.scale[j] + c.offset[j]));
    }
  }
}

template <typename Element, typename Activation>
void row_gradient_sums(const void* x, const void* dy, int64_t rows, int64_t width,
                       const ColumnCoefficients& c, double* first, double* second) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  for (int64_t row = 0; row < rows; row++, from += width, gradient += width) {
    for (int64_t j = 0; j < width; j++) {
      double at = value(from + j);
      double g = Activation::backward(at * c.scale[j] + c.offset[j], value(gradient + j));
      first[j] += g;
      second[j] += g * (at - c.mean[j]);
    }
  }
}

template <typename Element, typename Activation>
void row_gradient(const void* x, const void* dy, void* dx, int64_t rows, int64_t width,
                  const ColumnCoefficients& c) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  for (int64_t row = 0; row < rows; row++, from += width, gradient += width, to += width) {
    for (int64_t j = 0; j < width; j++) {
      double at = value(from + j);
      double g = Activation::backward(at * c.scale[j] + c.offset[j], value(gradient + j));
      put(to + j, c.scale[j] * g + c.p[j] * at + c.q[j]);
    }
  }
}

void plane_kept_silu_sums(const void* x, const void* dy, void* kept, Planes planes,
                          const Coefficients& c, double* sums) {
  const float* from = static_cast<const float*>(x);
  const float* gradient = static_cast<const float*>(dy);
  float* to = static_cast<float*>(kept);
  for (int64_t plane = 0; plane < planes.count;
       plane++, from += planes.stride, gradient += planes.stride, to += planes.stride) {
    for (int64_t i = 0; i < planes.length; i++) {
      put(to + i, Silu::backward(value(from + i) * c.scale + c.offset, value(gradient + i)));
    }
  }
  plane_gradient_sums<float, None>(x, kept, planes, c, sums);
}

void row_kept_silu_sums(const void* x, const void* dy, void* kept, int64_t rows, int64_t width,
                        const ColumnCoefficients& c, double* first, double* second) {
  const float* from = static_cast<const float*>(x);
  const float* gradient = static_cast<const float*>(dy);
  float* to = static_cast<float*>(kept);
  for (int64_t i = 0; i < rows * width; i++) {
    int64_t j = i % width;
    double u = value(from + i) * c.scale[j] + c.offset[j];
    put(to + i, Silu::backward(u, value(gradient + i)));
  }
  row_gradient_sums<float, None>(x, kept, rows, width, c, first, second);
}

#include "batch_norm/table.h"

}  // namespace

const Kernels kScalar = table(1, 1);

}  // namespace yolo4j::batch_norm
