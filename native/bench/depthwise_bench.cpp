// The depthwise convolutions of the MobileNetV3-small backbone, forward with Hardswish, against
// the copy ceiling: build/native/bench/depthwise_bench [size ...]; sizes are 640 and 224 if not
// given. One row a layer, type, layout and temperature; "+" is with the means of y.
#include <cmath>
#include <string>

#include "bench.h"

namespace {

using bench::Layer;
using bench::Tensors;

struct Sum {
  double plain = 0;
  double pooled = 0;
  double copy = 0;
  double bytes = 0;
  double flops = 0;
};

yolo4j_depthwise parameters(const Layer& layer, int32_t dtype, int32_t layout, int64_t size) {
  yolo4j_depthwise p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.layout = layout;
  p.activation = YOLO4J_ACTIVATION_HARDSWISH;
  p.threads = 1;
  p.kernel = layer.kernel;
  p.stride = layer.stride;
  p.pad_top = p.pad_left = p.pad_bottom = p.pad_right = layer.kernel / 2;
  p.images = 1;
  p.channels = layer.channels;
  p.height = p.width = size / layer.divisor;
  return p;
}

/// The output in the middle of channel 1 by the definition, so that nobody times nonsense.
void check_result(const yolo4j_depthwise& p, int64_t out, Tensors& x, Tensors& weight, Tensors& y) {
  int64_t middle = out / 2;
  double sum = 0;
  bool nhwc = p.layout == YOLO4J_LAYOUT_NHWC;
  auto place = [&](int64_t row, int64_t column, int64_t side) {
    return nhwc ? (row * side + column) * p.channels + 1 : (side + row) * side + column;
  };
  for (int64_t tap = 0; tap < p.kernel * p.kernel; tap++) {
    int64_t row = middle * p.stride - p.pad_top + tap / p.kernel;
    int64_t column = middle * p.stride - p.pad_left + tap % p.kernel;
    if (row >= 0 && row < p.height && column >= 0 && column < p.width) {
      sum += x.value(place(row, column, p.width)) * weight.value(p.kernel * p.kernel + tap);
    }
  }
  double expected = sum * std::fmin(std::fmax(sum + 3, 0), 6) / 6;
  double actual = y.value(place(middle, middle, out));
  if (!(std::fabs(actual - expected) <= 0.01 * (1 + std::fabs(expected)))) {
    std::fprintf(stderr, "wrong result: %g instead of %g\n", actual, expected);
    std::exit(1);
  }
}

void measure(const Layer& layer, int32_t dtype, int32_t layout, int64_t size, bool cold, Sum* all) {
  yolo4j_depthwise p = parameters(layer, dtype, layout, size);
  int64_t out = 0;
  bench::check(yolo4j_depthwise_output(&p, &out, &out));
  int64_t workspace_bytes = 0;
  bench::check(yolo4j_depthwise_workspace(&p, &workspace_bytes));
  int64_t inputs = p.channels * p.height * p.width;
  int64_t outputs = p.channels * out * out;
  int64_t taps = p.kernel * p.kernel;
  int64_t element = yolo4j_dtype_size(dtype);
  int64_t bytes = (inputs + outputs + p.channels * taps) * element;
  int64_t copies = bench::copies(cold, bytes);
  Tensors x(dtype, inputs, copies, 1);
  Tensors weight(dtype, p.channels * taps, 1, 2);
  Tensors y(dtype, outputs, copies, 3);
  std::vector<double> workspace(static_cast<std::size_t>(workspace_bytes) / 8 + 1);
  std::vector<float> pooled(static_cast<std::size_t>(p.channels));
  yolo4j_depthwise_forward_buffers b = {};
  b.struct_size = sizeof b;
  b.weight = weight.at(0);
  b.workspace = workspace.data();
  b.workspace_bytes = workspace_bytes;
  auto run = [&](int64_t copy) {
    b.x = x.at(copy);
    b.y = y.at(copy);
    bench::check(yolo4j_depthwise_forward(&p, &b));
  };
  double plain = bench::median_seconds(copies, run);
  check_result(p, out, x, weight, y);
  b.pooled = pooled.data();
  double with_means = bench::median_seconds(copies, run);
  double copy = bench::median_seconds(copies, [&](int64_t turn) {
    bench::move(x.at(turn), inputs * element, y.at(turn), outputs * element);
  });
  double flops = static_cast<double>(2 * taps * outputs);
  bench::Row row = bench::row(plain, copy, bytes, flops);
  std::printf("%4lld %4lld %dx%d/%d %4lld  %-4s %s %-4s %9.1f %9.1f %9.1f %7.2f %7.2f %6.2f\n",
              static_cast<long long>(size), static_cast<long long>(p.channels), p.kernel, p.kernel,
              p.stride, static_cast<long long>(p.width), yolo4j_dtype_name(dtype),
              layout == YOLO4J_LAYOUT_NHWC ? "nhwc" : "nchw", cold ? "cold" : "hot", row.micros,
              with_means * 1e6, copy * 1e6, row.gigabytes, row.gigaflops, row.of_copy);
  all->plain += plain;
  all->pooled += with_means;
  all->copy += copy;
  all->bytes += static_cast<double>(bytes);
  all->flops += flops;
}

void measure_all(int64_t size) {
  for (int32_t dtype : {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16}) {
    for (int32_t layout : {YOLO4J_LAYOUT_NHWC, YOLO4J_LAYOUT_NCHW}) {
      for (bool cold : {false, true}) {
        Sum all;
        for (const Layer& layer : bench::kLayers) {
          measure(layer, dtype, layout, size, cold, &all);
        }
        std::printf("%4lld all             %-4s %s %-4s %9.1f %9.1f %9.1f %7.2f %7.2f %6.2f\n",
                    static_cast<long long>(size), yolo4j_dtype_name(dtype),
                    layout == YOLO4J_LAYOUT_NHWC ? "nhwc" : "nchw", cold ? "cold" : "hot",
                    all.plain * 1e6, all.pooled * 1e6, all.copy * 1e6, all.bytes / all.plain / 1e9,
                    all.flops / all.plain / 1e9, all.copy / all.plain);
        std::fflush(stdout);
      }
    }
  }
}

}  // namespace

int main(int arguments, char** values) {
  bench::print_machine();
  std::printf(
      "size chan form   side  type form buff        us       us+   copy us    GB/s  GF/s    "
      "copy/it\n");
  for (int i = 1; i < arguments; i++) {
    measure_all(std::atoll(values[i]));
  }
  if (arguments == 1) {
    measure_all(640);
    measure_all(224);
  }
  return 0;
}
