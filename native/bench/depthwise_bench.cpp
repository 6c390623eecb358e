// The depthwise convolutions of the MobileNetV3-small backbone, forward with Hardswish, against
// the copy ceiling: build/native/bench/depthwise_bench [size ...]; sizes are 640 and 224 if not
// given. One row a layer, type, layout and temperature; "+" is with the means of y. In NHWC the
// weights are packed before, as plans have them.
#include <cmath>
#include <string>

#include "bench.h"

namespace {

using bench::Form;
using bench::Layer;
using bench::Tensors;
using bench::Times;

yolo4j_depthwise parameters(const Layer& layer, const Form& form) {
  yolo4j_depthwise p = {};
  p.struct_size = sizeof p;
  p.dtype = form.dtype;
  p.layout = form.layout;
  p.activation = YOLO4J_ACTIVATION_HARDSWISH;
  p.threads = 1;
  p.kernel = layer.kernel;
  p.stride = layer.stride;
  p.pad_top = p.pad_left = p.pad_bottom = p.pad_right = layer.kernel / 2;
  p.images = 1;
  p.channels = layer.channels;
  p.height = p.width = form.size / layer.divisor;
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

std::vector<float> packed_weights(const yolo4j_depthwise& p, Tensors& weight) {
  if (p.layout != YOLO4J_LAYOUT_NHWC) {
    return {};
  }
  int64_t bytes = 0;
  bench::check(yolo4j_depthwise_packed_bytes(&p, &bytes));
  std::vector<float> packed(static_cast<std::size_t>(bytes) / sizeof(float));
  bench::check(yolo4j_depthwise_pack(&p, weight.at(0), packed.data(), bytes));
  return packed;
}

Times measure(const Layer& layer, const Form& form) {
  yolo4j_depthwise p = parameters(layer, form);
  int64_t out = 0;
  bench::check(yolo4j_depthwise_output(&p, &out, &out));
  int64_t workspace_bytes = 0;
  bench::check(yolo4j_depthwise_workspace(&p, &workspace_bytes));
  int64_t inputs = p.channels * p.height * p.width;
  int64_t outputs = p.channels * out * out;
  int64_t taps = p.kernel * p.kernel;
  int64_t element = yolo4j_dtype_size(form.dtype);
  int64_t bytes = (inputs + outputs + p.channels * taps) * element;
  int64_t copies = bench::copies(form.cold, bytes);
  Tensors x(form.dtype, inputs, copies, 1);
  Tensors weight(form.dtype, p.channels * taps, 1, 2);
  Tensors y(form.dtype, outputs, copies, 3);
  Tensors workspace(YOLO4J_DTYPE_F32, workspace_bytes / 4 + 1, 1, 4);
  std::vector<float> pooled(static_cast<std::size_t>(p.channels));
  yolo4j_depthwise_forward_buffers b = {};
  b.struct_size = sizeof b;
  b.weight = weight.at(0);
  b.workspace = workspace.at(0);
  b.workspace_bytes = workspace_bytes;
  std::vector<float> packed = packed_weights(p, weight);
  b.packed = packed.empty() ? nullptr : packed.data();
  auto run = [&](int64_t copy) {
    b.x = x.at(copy);
    b.y = y.at(copy);
    bench::check(yolo4j_depthwise_forward(&p, &b));
  };
  Times times;
  times.plain = bench::median_seconds(copies, run);
  check_result(p, out, x, weight, y);
  b.pooled = pooled.data();
  times.variant = bench::median_seconds(copies, run);
  times.copy = bench::median_seconds(copies, [&](int64_t turn) {
    bench::move(x.at(turn), inputs * element, y.at(turn), outputs * element);
  });
  times.bytes = static_cast<double>(bytes);
  times.flops = static_cast<double>(2 * taps * outputs);
  times.roof = bench::roof_seconds(times);
  std::string kernel = std::to_string(p.kernel);
  bench::print(form,
               std::to_string(p.channels) + " " + kernel + "x" + kernel + "/" +
                   std::to_string(p.stride) + " " + std::to_string(p.width),
               times);
  return times;
}

}  // namespace

int main(int arguments, char** values) {
  return bench::table(arguments, values, "us+", false, measure);
}
