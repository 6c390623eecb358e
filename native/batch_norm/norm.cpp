#include "batch_norm/norm.h"

#include <cmath>
#include <cstring>

namespace yolo4j::batch_norm {

double Norm::value(const void* x, int64_t index) const {
  const char* from = at(x, index);
  float wide;
  if (element == kF32) {
    std::memcpy(&wide, from, sizeof wide);
  } else {
    uint16_t half;
    std::memcpy(&half, from, sizeof half);
    uint32_t bits = static_cast<uint32_t>(half) << 16;
    std::memcpy(&wide, &bits, sizeof wide);
  }
  return wide;
}

float shift_of(double sample_sum) {
  float shift = static_cast<float>(sample_sum / kShiftSamples);
  return std::isfinite(shift) ? shift : 0;
}

Coefficients finish_statistics(const Norm& norm, const Forward& buffers, int64_t channel,
                               float shift, Sums sums) {
  double count = static_cast<double>(norm.count());
  double distance = sums.first / count;
  double mean = shift + distance;
  double variance = sums.second / count - distance * distance;
  // Rounding may give a little less than nothing; NaN stays.
  variance = variance < 0 ? 0 : variance;
  double inverse = 1 / std::sqrt(variance + norm.epsilon);
  buffers.mean[channel] = static_cast<float>(mean);
  buffers.inverse_deviation[channel] = static_cast<float>(inverse);
  if (buffers.running_mean != nullptr) {
    double kept = 1 - norm.momentum;
    // A single value has no unbiased variance: 0 / 0, as in LibTorch.
    double unbiased = variance * count / (count - 1);
    buffers.running_mean[channel] =
        static_cast<float>(kept * buffers.running_mean[channel] + norm.momentum * mean);
    buffers.running_variance[channel] =
        static_cast<float>(kept * buffers.running_variance[channel] + norm.momentum * unbiased);
  }
  double weight = buffers.weight == nullptr ? 1 : buffers.weight[channel];
  double bias = buffers.bias == nullptr ? 0 : buffers.bias[channel];
  double scale = weight * inverse;
  return Coefficients{static_cast<float>(scale), static_cast<float>(bias - mean * scale),
                      static_cast<float>(mean)};
}

Coefficients coefficients_of(const Backward& buffers, int64_t channel) {
  double weight = buffers.weight == nullptr ? 1 : buffers.weight[channel];
  double bias = buffers.bias == nullptr ? 0 : buffers.bias[channel];
  double scale = weight * buffers.inverse_deviation[channel];
  return Coefficients{static_cast<float>(scale),
                      static_cast<float>(bias - buffers.mean[channel] * scale),
                      buffers.mean[channel]};
}

GradientCoefficients finish_gradient(const Norm& norm, const Backward& buffers, int64_t channel,
                                     Sums sums) {
  Coefficients c = coefficients_of(buffers, channel);
  double count = static_cast<double>(norm.count());
  double inverse = buffers.inverse_deviation[channel];
  if (buffers.dweight != nullptr) {
    buffers.dweight[channel] = static_cast<float>(sums.second * inverse);
  }
  if (buffers.dbias != nullptr) {
    buffers.dbias[channel] = static_cast<float>(sums.first);
  }
  double weight = buffers.weight == nullptr ? 1 : buffers.weight[channel];
  double scale = weight * inverse;
  double p = -scale * inverse * inverse * sums.second / count;
  double q = -scale * sums.first / count - p * buffers.mean[channel];
  return GradientCoefficients{c.scale, c.offset, static_cast<float>(p), static_cast<float>(q)};
}

}  // namespace yolo4j::batch_norm
