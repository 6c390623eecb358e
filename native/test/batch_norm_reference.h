// The oracle of the batch norm tests: the textbook's formulas in double precision, with a pass of
// its own for each sum.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "batch_norm/norm.h"
#include "buffers.h"
#include "check.h"

namespace batch_norm_test {

using yolo4j::batch_norm::Norm;

using test_buffers::Buffer;
using test_buffers::Noise;
using test_buffers::to_bf16;
using test_buffers::to_float;

/// One problem: parameters, layout, inputs.
struct Problem {
  int32_t element = yolo4j::batch_norm::kF32;
  int32_t activation = yolo4j::batch_norm::kNone;
  bool nhwc = false;
  int64_t images = 1;
  int64_t channels = 1;
  int64_t pixels = 1;
  double epsilon = 1e-3;
  double momentum = 0.03;

  int64_t count() const { return images * pixels; }
  int64_t elements() const { return count() * channels; }
  /// Place of value k, from 0 to count() − 1, of a channel.
  int64_t index(int64_t channel, int64_t k) const {
    return nhwc ? k * channels + channel : (k / pixels * channels + channel) * pixels + k % pixels;
  }
  std::string text() const {
    static const char* const names[] = {"none", "relu", "relu6", "silu", "hardswish"};
    return std::string(element == yolo4j::batch_norm::kF32 ? "f32" : "bf16") +
           (nhwc ? " nhwc " : " nchw ") + names[activation] + " [" + std::to_string(images) + "," +
           std::to_string(channels) + "," + std::to_string(pixels) + "]";
  }
};

inline double activate(int32_t activation, double u) {
  switch (activation) {
    case yolo4j::batch_norm::kRelu:
      return std::fmax(u, 0);
    case yolo4j::batch_norm::kRelu6:
      return std::fmin(std::fmax(u, 0), 6);
    case yolo4j::batch_norm::kSilu:
      return u / (1 + std::exp(-u));
    case yolo4j::batch_norm::kHardswish:
      return u * std::fmin(std::fmax(u + 3, 0), 6) / 6;
    default:
      return u;
  }
}

inline double derivative(int32_t activation, double u) {
  switch (activation) {
    case yolo4j::batch_norm::kRelu:
      return u > 0 ? 1 : 0;
    case yolo4j::batch_norm::kRelu6:
      return u > 0 && u < 6 ? 1 : 0;
    case yolo4j::batch_norm::kSilu: {
      double s = 1 / (1 + std::exp(-u));
      return s + u * s * (1 - s);
    }
    case yolo4j::batch_norm::kHardswish:
      return u <= -3 ? 0 : u >= 3 ? 1 : u / 3 + 0.5;
    default:
      return 1;
  }
}

/// Whether a small error in u may change the derivative by much.
inline bool near_kink(int32_t activation, double u) {
  auto near = [u](double kink) { return std::fabs(u - kink) < 1e-3; };
  switch (activation) {
    case yolo4j::batch_norm::kRelu:
      return near(0);
    case yolo4j::batch_norm::kRelu6:
      return near(0) || near(6);
    case yolo4j::batch_norm::kHardswish:
      return near(-3) || near(3);
    default:
      return false;
  }
}

/// Mean and biased variance of a channel.
struct Statistics {
  double mean;
  double variance;
};

inline Statistics statistics(const Problem& p, Buffer& x, int64_t channel) {
  double mean = 0;
  for (int64_t k = 0; k < p.count(); k++) {
    mean += x.get(p.index(channel, k));
  }
  mean /= static_cast<double>(p.count());
  double variance = 0;
  for (int64_t k = 0; k < p.count(); k++) {
    double d = x.get(p.index(channel, k)) - mean;
    variance += d * d;
  }
  return Statistics{mean, variance / static_cast<double>(p.count())};
}

}  // namespace batch_norm_test
