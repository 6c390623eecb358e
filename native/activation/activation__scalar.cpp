// The formulas, one element at a time and in double precision: the documentation of the family.
#include <cmath>

#include "activation/activation.h"
#include "simd/element.h"

namespace yolo4j::activation {
namespace {

// Comparisons are so that NaN goes through, as in LibTorch.
double clamped(double u) { return u <= 0 ? 0 : u >= 6 ? 6 : u; }

struct None {
  static double forward(double u) { return u; }
  static double backward(double, double dy) { return dy; }
};

struct Relu {
  static double forward(double u) { return u <= 0 ? 0 : u; }
  static double backward(double u, double dy) { return u <= 0 ? 0 : dy; }
};

struct Relu6 {
  static double forward(double u) { return clamped(u); }
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
  static double forward(double u) { return u * clamped(u + 3) / 6; }
  static double backward(double u, double dy) {
    return u <= -3 ? 0 : u >= 3 ? dy : dy * (u / 3 + 0.5);
  }
};

struct Hardsigmoid {
  static double forward(double u) { return clamped(u + 3) / 6; }
  static double backward(double u, double dy) { return u > -3 && u < 3 ? dy / 6 : 0; }
};

struct Logistic {
  static double forward(double u) { return 1 / (1 + std::exp(-u)); }
  /// 1 − s would lose the digits of a small e^−u.
  static double backward(double u, double dy) {
    return dy / (1 + std::exp(-u)) / (1 + std::exp(u));
  }
};

template <typename Element, typename Activation>
void forward_run(const void* x, void* y, int64_t count) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  for (int64_t i = 0; i < count; i++) {
    put(to + i, Activation::forward(value(from + i)));
  }
}

template <typename Element, typename Activation>
void backward_run(const void* x, const void* dy, void* dx, int64_t count) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  for (int64_t i = 0; i < count; i++) {
    put(to + i, Activation::backward(value(from + i), value(gradient + i)));
  }
}

#include "activation/table.h"

}  // namespace

const Kernels kScalar = table();

}  // namespace yolo4j::activation
