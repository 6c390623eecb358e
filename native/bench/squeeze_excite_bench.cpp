// The squeeze and excite blocks of the MobileNetV3-small backbone against the copy ceiling:
// build/native/bench/squeeze_excite_bench [size ...]; sizes are 640 and 224 if not given. "given"
// is with the means of x as the depthwise convolution leaves them.
#include <cmath>

#include "bench.h"

namespace {

using bench::Form;
using bench::Layer;
using bench::Tensors;
using bench::Times;

/// The last element by the definition, so that nobody times nonsense.
void check_result(const yolo4j_squeeze_excite& p, Tensors& x, const std::vector<float>& pooled,
                  Tensors& squeeze, Tensors& excite, Tensors& y) {
  double sum = 0;
  for (int64_t q = 0; q < p.squeezed; q++) {
    double hidden = 0;
    for (int64_t c = 0; c < p.channels; c++) {
      hidden += squeeze.value(q * p.channels + c) *
                static_cast<double>(pooled[static_cast<std::size_t>(c)]);
    }
    sum += excite.value((p.channels - 1) * p.squeezed + q) * std::fmax(hidden, 0);
  }
  int64_t last = p.channels * p.pixels - 1;
  double expected = x.value(last) * std::fmin(std::fmax(sum + 3, 0), 6) / 6;
  if (!(std::fabs(y.value(last) - expected) <= 0.01 * (0.1 + std::fabs(expected)))) {
    std::fprintf(stderr, "wrong result: %g instead of %g\n", y.value(last), expected);
    std::exit(1);
  }
}

Times measure(const Layer& layer, const Form& form) {
  yolo4j_squeeze_excite p = {};
  p.struct_size = sizeof p;
  p.dtype = form.dtype;
  p.layout = form.layout;
  p.activation = YOLO4J_ACTIVATION_RELU;
  p.gate = YOLO4J_ACTIVATION_HARDSIGMOID;
  p.threads = 1;
  p.images = 1;
  p.channels = layer.channels;
  int64_t side = form.size / layer.divisor / layer.stride;
  p.pixels = side * side;
  p.squeezed = layer.squeezed;
  int64_t workspace_bytes = 0;
  bench::check(yolo4j_squeeze_excite_workspace(&p, &workspace_bytes));
  int64_t elements = p.channels * p.pixels;
  int64_t weights = p.channels * p.squeezed;
  int64_t element = yolo4j_dtype_size(form.dtype);
  int64_t bytes = (2 * elements + 2 * weights) * element;
  int64_t copies = bench::copies(form.cold, bytes);
  Tensors x(form.dtype, elements, copies, 1);
  Tensors squeeze(form.dtype, weights, copies, 2, 0.5f);
  Tensors excite(form.dtype, weights, copies, 3, 0.5f);
  Tensors y(form.dtype, elements, copies, 4);
  Tensors workspace(YOLO4J_DTYPE_F32, workspace_bytes / 4 + 1, 1, 4);
  std::vector<float> pooled(static_cast<std::size_t>(p.channels), 0.1f);
  yolo4j_squeeze_excite_buffers b = {};
  b.struct_size = sizeof b;
  b.workspace = workspace.at(0);
  b.workspace_bytes = workspace_bytes;
  auto run = [&](int64_t copy) {
    b.x = x.at(copy);
    b.squeeze_weight = squeeze.at(copy);
    b.excite_weight = excite.at(copy);
    b.y = y.at(copy);
    bench::check(yolo4j_squeeze_excite_run(&p, &b));
  };
  Times times;
  times.plain = bench::median_seconds(copies, run);
  b.pooled = pooled.data();
  times.variant = bench::median_seconds(copies, run);
  check_result(p, x, pooled, squeeze, excite, y);
  times.copy = bench::median_seconds(copies, [&](int64_t turn) {
    bench::move(x.at(turn), elements * element, y.at(turn), elements * element);
  });
  times.bytes = static_cast<double>(bytes);
  times.flops = static_cast<double>(2 * elements + 4 * weights);
  times.roof = bench::roof_seconds(times);
  bench::print(
      form,
      std::to_string(p.channels) + " to " + std::to_string(p.squeezed) + " " + std::to_string(side),
      times);
  return times;
}

}  // namespace

int main(int arguments, char** values) {
  return bench::table(arguments, values, "given", true, measure);
}
