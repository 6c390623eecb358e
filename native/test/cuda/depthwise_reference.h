// Depthwise convolution by its definition, in double precision.
#pragma once

#include <vector>

#include "cuda/activations.h"
#include "cuda/device.h"

namespace cuda_test {

/// Index of an element in a layout.
inline int64_t place(int32_t layout, int64_t image, int64_t channel, int64_t pixel,
                     int64_t channels, int64_t pixels) {
  return layout == YOLO4J_LAYOUT_NCHW ? (image * channels + channel) * pixels + pixel
                                      : (image * pixels + pixel) * channels + channel;
}

struct DepthwiseExpected {
  std::vector<Expected> y, pooled, dx, dweight;

  DepthwiseExpected(const yolo4j_depthwise& p, Buffer& x, Buffer& weight, Buffer* bias, Buffer& dy)
      : out_height((p.height + p.pad_top + p.pad_bottom - p.kernel) / p.stride + 1),
        out_width((p.width + p.pad_left + p.pad_right - p.kernel) / p.stride + 1) {
    y.resize(static_cast<std::size_t>(p.images * p.channels * out_height * out_width));
    dx.resize(static_cast<std::size_t>(p.images * p.channels * p.height * p.width));
    pooled.resize(static_cast<std::size_t>(p.images * p.channels));
    dweight.resize(static_cast<std::size_t>(p.channels * p.kernel * p.kernel));
    for (int64_t image = 0; image < p.images; image++) {
      for (int64_t channel = 0; channel < p.channels; channel++) {
        for (int64_t pixel = 0; pixel < out_height * out_width; pixel++) {
          add(p, x, weight, bias, dy, image, channel, pixel);
        }
      }
    }
  }

  int64_t out_height, out_width;

 private:
  void add(const yolo4j_depthwise& p, Buffer& x, Buffer& weight, Buffer* bias, Buffer& dy,
           int64_t image, int64_t channel, int64_t pixel) {
    int64_t outputs = out_height * out_width;
    int64_t at = place(p.layout, image, channel, pixel, p.channels, outputs);
    double gradient = dy.get(at);
    Expected sum;
    sum.add(bias == nullptr ? 0 : bias->get(channel));
    for (int64_t tap = 0; tap < p.kernel * p.kernel; tap++) {
      int64_t iy = pixel / out_width * p.stride - p.pad_top + tap / p.kernel;
      int64_t ix = pixel % out_width * p.stride - p.pad_left + tap % p.kernel;
      if (iy < 0 || iy >= p.height || ix < 0 || ix >= p.width) {
        continue;
      }
      int64_t from =
          place(p.layout, image, channel, iy * p.width + ix, p.channels, p.height * p.width);
      int64_t w = channel * p.kernel * p.kernel + tap;
      sum.add(x.get(from) * weight.get(w));
      dx[static_cast<std::size_t>(from)].add(gradient * weight.get(w));
      dweight[static_cast<std::size_t>(w)].add(gradient * x.get(from));
    }
    Expected& out = y[static_cast<std::size_t>(at)];
    out = {activated(p.activation, sum.value), sum.size};
    Expected& mean = pooled[static_cast<std::size_t>(image * p.channels + channel)];
    mean.value += out.value / static_cast<double>(outputs);
    // The mean is of rounded values.
    mean.size +=
        (sum.size + 1e6 * rounding(p.dtype) * std::fabs(out.value)) / static_cast<double>(outputs);
  }
};

}  // namespace cuda_test
