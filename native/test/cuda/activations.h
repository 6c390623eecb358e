// The activations and their derivatives in double precision.
#pragma once

#include <cmath>
#include <cstdint>

#include "yolo4j.h"

namespace cuda_test {

inline double relu6(double u) { return std::fmin(std::fmax(u, 0), 6); }

inline double activated(int32_t activation, double u) {
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return std::fmax(u, 0);
    case YOLO4J_ACTIVATION_RELU6:
      return relu6(u);
    case YOLO4J_ACTIVATION_SILU:
      return u / (1 + std::exp(-u));
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u * relu6(u + 3) / 6;
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return relu6(u + 3) / 6;
    case YOLO4J_ACTIVATION_SIGMOID:
      return 1 / (1 + std::exp(-u));
    default:
      return u;
  }
}

inline double slope(int32_t activation, double u) {
  double s = 1 / (1 + std::exp(-u));
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return u > 0 ? 1 : 0;
    case YOLO4J_ACTIVATION_RELU6:
      return u > 0 && u < 6 ? 1 : 0;
    case YOLO4J_ACTIVATION_SILU:
      return s * (1 + u * (1 - s));
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u <= -3 ? 0 : u >= 3 ? 1 : u / 3 + 0.5;
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return u > -3 && u < 3 ? 1.0 / 6 : 0;
    case YOLO4J_ACTIVATION_SIGMOID:
      return s * (1 - s);
    default:
      return 1;
  }
}

}  // namespace cuda_test
