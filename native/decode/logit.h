// The comparison of logits that spares most cells an exponential. For files compiled without an
// instruction set of their own (runtime/README.md).
#pragma once

#include <cmath>

namespace yolo4j::decode {

/// Room for the rounding of sigmoid and logarithm in the comparison before the exact one. Near 1
/// float32 probabilities lie further apart than it reaches, hence the bound.
constexpr double kLogitMargin = 1e-3;
constexpr double kLargestLogit = 8;

/// A logit that is surely below the probability: most cells fail this comparison, which costs no
/// exponential. Exactly the floats above the result are above the logit.
inline float logit_below(float probability) {
  double bound = kLargestLogit;
  if (probability < 1) {
    double p = static_cast<double>(probability);
    bound = std::fmin(std::log(p / (1 - p)) - kLogitMargin, kLargestLogit);
  }
  float nearest = static_cast<float>(bound);
  return static_cast<double>(nearest) > bound ? std::nextafter(nearest, -INFINITY) : nearest;
}

}  // namespace yolo4j::decode
