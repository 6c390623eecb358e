// The oracle of the depthwise tests: the definition in double precision, for both layouts.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "depthwise/convolution.h"

namespace depthwise_test {

using namespace yolo4j::depthwise;
using test_buffers::Buffer;
using test_buffers::Noise;

/// One problem with its buffers; x, weight and dy hold numbers, the rest NaN.
struct Run {
  explicit Run(const Convolution& convolution)
      : k(convolution),
        x(k.element, k.images * k.height * k.width * k.channels),
        weight(k.element, k.channels * k.kernel * k.kernel),
        bias(kF32, k.channels),
        y(k.element, outputs()),
        dy(k.element, outputs()),
        dx(k.element, k.images * k.height * k.width * k.channels),
        dweight(k.element, k.channels * k.kernel * k.kernel),
        pooled(kF32, k.images * k.channels),
        workspace(kF32, (yolo4j::depthwise::workspace(k) + 7) / 8 * 2) {
    Noise noise(static_cast<uint32_t>(17 + k.channels * 31 + k.width));
    fill(x, inputs(), noise, 2);
    fill(weight, k.channels * k.kernel * k.kernel, noise, 1);
    fill(bias, k.channels, noise, 3);
    fill(dy, outputs(), noise, 1);
  }

  int64_t inputs() const { return k.images * k.height * k.width * k.channels; }
  int64_t outputs() const { return k.images * k.out_height * k.out_width * k.channels; }

  /// Places of an element of x and of y.
  int64_t input(int64_t n, int64_t c, int64_t row, int64_t column) const {
    return place(n, c, row, column, k.height, k.width);
  }
  int64_t output(int64_t n, int64_t c, int64_t row, int64_t column) const {
    return place(n, c, row, column, k.out_height, k.out_width);
  }
  int64_t place(int64_t n, int64_t c, int64_t row, int64_t column, int64_t height,
                int64_t width) const {
    return k.nchw ? ((n * k.channels + c) * height + row) * width + column
                  : ((n * height + row) * width + column) * k.channels + c;
  }

  static void fill(Buffer& buffer, int64_t count, Noise& noise, float size) {
    for (int64_t i = 0; i < count; i++) {
      buffer.set(i, size * noise.next());
    }
  }

  void execute(bool with_bias) {
    Forward f = {};
    f.x = x.data();
    f.weight = weight.data();
    f.bias = with_bias ? bias.floats() : nullptr;
    f.y = y.data();
    f.workspace = workspace.data();
    forward(k, f);
    Buffer alone = y;
    f.pooled = pooled.floats();
    forward(k, f);
    CHECK(alone.bytes() == y.bytes());
    if (!k.nchw) {
      std::vector<float> packed(static_cast<std::size_t>(k.table()));
      pack_forward(k, weight.data(), packed.data());
      f.weight = nullptr;
      f.packed = packed.data();
      forward(k, f);
      CHECK(alone.bytes() == y.bytes());
    }
    Backward b = {};
    b.x = x.data();
    b.dy = dy.data();
    b.weight = weight.data();
    b.dx = dx.data();
    b.dweight = dweight.data();
    b.workspace = workspace.data();
    input_gradient(k, b);
    weight_gradient(k, b);
    for (const Buffer* buffer : {&x, &weight, &bias, &y, &dy, &dx, &dweight, &pooled, &workspace}) {
      CHECK(buffer->guards_intact());
    }
  }

  std::string text() const {
    return std::string(k.element == kF32 ? "f32" : "bf16") + (k.nchw ? " nchw [" : " nhwc [") +
           std::to_string(k.images) + "," + std::to_string(k.channels) + "," +
           std::to_string(k.height) + "," + std::to_string(k.width) + "] kernel " +
           std::to_string(k.kernel) + " stride " + std::to_string(k.stride) + " pad " +
           std::to_string(k.pad_top) + "," + std::to_string(k.pad_left) + " activation " +
           std::to_string(k.activation);
  }

  Convolution k;
  Buffer x, weight, bias, y, dy, dx, dweight, pooled, workspace;
};

/// Padding of each side: top, left, bottom, right.
struct Padding {
  int64_t top, left, bottom, right;
};

inline Convolution convolution(const Kernels* kernels, int32_t element, int64_t channels,
                               int64_t height, int64_t width, int64_t kernel, int64_t stride,
                               Padding pad) {
  return Convolution{kernels,
                     element,
                     YOLO4J_ACTIVATION_NONE,
                     1,
                     2,
                     channels,
                     height,
                     width,
                     kernel,
                     stride,
                     pad.top,
                     pad.left,
                     (height + pad.top + pad.bottom - kernel) / stride + 1,
                     (width + pad.left + pad.right - kernel) / stride + 1};
}

inline double activated(int32_t activation, double u) {
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return std::fmax(u, 0);
    case YOLO4J_ACTIVATION_RELU6:
      return std::fmin(std::fmax(u, 0), 6);
    case YOLO4J_ACTIVATION_SILU:
      return u / (1 + std::exp(-u));
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u * std::fmin(std::fmax(u + 3, 0), 6) / 6;
    default:
      return u;
  }
}

/// Sums by the definition, each with the sum of its terms' sizes, which is what errors grow with.
struct Sum {
  double value = 0;
  double size = 0;
  void add(double term) {
    value += term;
    size += std::fabs(term);
  }
};

struct Expected {
  explicit Expected(Run& run, bool with_bias)
      : y(static_cast<std::size_t>(run.outputs())),
        dx(static_cast<std::size_t>(run.inputs())),
        dweight(static_cast<std::size_t>(run.k.channels * run.k.kernel * run.k.kernel)),
        pooled(static_cast<std::size_t>(run.k.images * run.k.channels)) {
    const Convolution& k = run.k;
    for (int64_t n = 0; n < k.images; n++) {
      for (int64_t c = 0; c < k.channels; c++) {
        for (int64_t pixel = 0; pixel < k.out_height * k.out_width; pixel++) {
          add(run, with_bias, n, c, pixel / k.out_width, pixel % k.out_width);
        }
      }
    }
    average(run);
  }

  /// The terms of one output.
  void add(Run& run, bool with_bias, int64_t n, int64_t c, int64_t oy, int64_t ox) {
    const Convolution& k = run.k;
    int64_t i = run.output(n, c, oy, ox);
    Sum& sum = y[static_cast<std::size_t>(i)];
    sum.add(with_bias ? static_cast<double>(run.bias.get(c)) : 0);
    for (int64_t tap = 0; tap < k.kernel * k.kernel; tap++) {
      int64_t iy = oy * k.stride - k.pad_top + tap / k.kernel;
      int64_t ix = ox * k.stride - k.pad_left + tap % k.kernel;
      if (iy < 0 || iy >= k.height || ix < 0 || ix >= k.width) {
        continue;
      }
      int64_t source = run.input(n, c, iy, ix);
      int64_t w = c * k.kernel * k.kernel + tap;
      double x = static_cast<double>(run.x.get(source));
      double gradient = static_cast<double>(run.dy.get(i));
      double weight = static_cast<double>(run.weight.get(w));
      sum.add(x * weight);
      dx[static_cast<std::size_t>(source)].add(gradient * weight);
      dweight[static_cast<std::size_t>(w)].add(gradient * x);
    }
  }

  void average(const Run& run) {
    const Convolution& k = run.k;
    double pixels = static_cast<double>(k.out_height * k.out_width);
    for (int64_t i = 0; i < run.outputs(); i++) {
      int64_t n = i / k.channels / k.out_height / k.out_width;
      int64_t c = k.nchw ? i / k.out_height / k.out_width % k.channels : i % k.channels;
      const Sum& sum = y[static_cast<std::size_t>(i)];
      Sum& mean = pooled[static_cast<std::size_t>(n * k.channels + c)];
      mean.value += activated(k.activation, sum.value) / pixels;
      mean.size += sum.size / pixels;
    }
  }

  std::vector<Sum> y, dx, dweight, pooled;
};

/// Counts what is off instead of printing every element.
inline void compare(const char* isa, Run& run, const char* what, Buffer& actual,
                    const std::vector<Sum>& expected, int32_t activation) {
  // Float32 rounds each of a few dozen additions; bfloat16 has 8 bits in the end, but not the
  // means.
  double storage = run.k.element == kF32 || &actual == &run.pooled ? 0 : 1.0 / 256;
  int64_t wrong = 0;
  int64_t first = -1;
  for (std::size_t i = 0; i < expected.size(); i++) {
    double value = activated(activation, expected[i].value);
    double tolerance = 4e-6 * expected[i].size + 1e-30;
    if (!check::close(static_cast<double>(actual.get(static_cast<int64_t>(i))), value,
                      storage + 1e-6, tolerance)) {
      first = wrong == 0 ? static_cast<int64_t>(i) : first;
      wrong++;
    }
  }
  if (wrong > 0) {
    check::failures++;
    std::fprintf(stderr, "%s %s: %s: %lld of %zu wrong, the first at %lld, %.9g instead of %.9g\n",
                 isa, run.text().c_str(), what, static_cast<long long>(wrong), expected.size(),
                 static_cast<long long>(first), static_cast<double>(actual.get(first)),
                 activated(activation, expected[static_cast<std::size_t>(first)].value));
  }
}

}  // namespace depthwise_test
