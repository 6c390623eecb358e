// The activations by their codes. The code is the same for all threads of a launch, so switching
// costs little and saves kernels. Comparisons are so that NaN goes through, as in LibTorch.
#pragma once

#include "cuda/kernels/kernel.h"

namespace yolo4j::cuda {

DEVICE float relu6(float u) {
  u = u < 0.0f ? 0.0f : u;
  return u > 6.0f ? 6.0f : u;
}

/// To the last bit or two, for the few places that decide by it.
DEVICE float sigmoid(float u) { return 1.0f / (1.0f + expf(-u)); }

/// n / (1 + exp(-u)) by the GPU's own exponential: a relative error of some 2^-23 * (3 + |u|), and
/// a tenth of the instructions. Where exp overflows, the quotient is 0.
DEVICE float over_logistic(float n, float u) { return __fdividef(n, 1.0f + __expf(-u)); }

DEVICE float activate(int activation, float u) {
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return u < 0.0f ? 0.0f : u;
    case YOLO4J_ACTIVATION_RELU6:
      return relu6(u);
    case YOLO4J_ACTIVATION_SILU:
      return over_logistic(u, u);
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u * relu6(u + 3.0f) * (1.0f / 6);
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return relu6(u + 3.0f) * (1.0f / 6);
    case YOLO4J_ACTIVATION_SIGMOID:
      return over_logistic(1.0f, u);
    default:
      return u;
  }
}

/// dy times the derivative at u. At the corners it is 0 as LibTorch's, but hardswish has 1 at 3.
DEVICE float activate_backward(int activation, float u, float dy) {
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return u <= 0.0f ? 0.0f : dy;
    case YOLO4J_ACTIVATION_RELU6:
      return u <= 0.0f || u >= 6.0f ? 0.0f : dy;
    case YOLO4J_ACTIVATION_SILU: {
      float s = over_logistic(1.0f, u);
      // 1 - s as that of -u: exact where s is nearly 1. Infinite u times 0 would be NaN.
      float rest = over_logistic(1.0f, -u);
      float slope = rest == 0.0f || s == 0.0f ? s : s * (1.0f + u * rest);
      return dy * (u == u ? slope : u);
    }
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u <= -3.0f ? 0.0f : u >= 3.0f ? dy : dy * (u * (1.0f / 3) + 0.5f);
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return u <= -3.0f || u >= 3.0f ? 0.0f : dy * (1.0f / 6);
    case YOLO4J_ACTIVATION_SIGMOID:
      return dy * over_logistic(1.0f, u) * over_logistic(1.0f, -u);
    default:
      return dy;
  }
}

}  // namespace yolo4j::cuda
