// The squeeze and excite blocks of the MobileNetV3-small backbone against the copy ceiling:
// build/native/bench/squeeze_excite_bench [size ...]; sizes are 640 and 224 if not given. "given"
// is with the means of x as the depthwise convolution leaves them.
#include <cmath>

#include "bench.h"

namespace {

using bench::Layer;
using bench::Tensors;

struct Sum {
  double whole = 0;
  double given = 0;
  double copy = 0;
  double bytes = 0;
  double flops = 0;
};

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

void measure(const Layer& layer, int32_t dtype, int32_t layout, int64_t size, bool cold, Sum* all) {
  yolo4j_squeeze_excite p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.layout = layout;
  p.activation = YOLO4J_ACTIVATION_RELU;
  p.gate = YOLO4J_ACTIVATION_HARDSIGMOID;
  p.threads = 1;
  p.images = 1;
  p.channels = layer.channels;
  int64_t side = size / layer.divisor / layer.stride;
  p.pixels = side * side;
  p.squeezed = layer.squeezed;
  int64_t workspace_bytes = 0;
  bench::check(yolo4j_squeeze_excite_workspace(&p, &workspace_bytes));
  int64_t elements = p.channels * p.pixels;
  int64_t weights = p.channels * p.squeezed;
  int64_t element = yolo4j_dtype_size(dtype);
  int64_t bytes = (2 * elements + 2 * weights) * element;
  int64_t copies = bench::copies(cold, bytes);
  Tensors x(dtype, elements, copies, 1);
  Tensors squeeze(dtype, weights, copies, 2, 0.5f);
  Tensors excite(dtype, weights, copies, 3, 0.5f);
  Tensors y(dtype, elements, copies, 4);
  std::vector<double> workspace(static_cast<std::size_t>(workspace_bytes) / 8 + 1);
  std::vector<float> pooled(static_cast<std::size_t>(p.channels), 0.1f);
  yolo4j_squeeze_excite_buffers b = {};
  b.struct_size = sizeof b;
  b.workspace = workspace.data();
  b.workspace_bytes = workspace_bytes;
  auto run = [&](int64_t copy) {
    b.x = x.at(copy);
    b.squeeze_weight = squeeze.at(copy);
    b.excite_weight = excite.at(copy);
    b.y = y.at(copy);
    bench::check(yolo4j_squeeze_excite_run(&p, &b));
  };
  double whole = bench::median_seconds(copies, run);
  b.pooled = pooled.data();
  double given = bench::median_seconds(copies, run);
  check_result(p, x, pooled, squeeze, excite, y);
  double copy = bench::median_seconds(copies, [&](int64_t turn) {
    bench::move(x.at(turn), elements * element, y.at(turn), elements * element);
  });
  double flops = static_cast<double>(2 * elements + 4 * weights);
  bench::Row row = bench::row(whole, copy, bytes, flops);
  std::printf("%4lld %4lld %4lld %4lld  %-4s %s %-4s %9.1f %9.1f %9.1f %7.2f %7.2f %6.2f\n",
              static_cast<long long>(size), static_cast<long long>(p.channels),
              static_cast<long long>(p.squeezed), static_cast<long long>(side),
              yolo4j_dtype_name(dtype), layout == YOLO4J_LAYOUT_NHWC ? "nhwc" : "nchw",
              cold ? "cold" : "hot", row.micros, given * 1e6, copy * 1e6, row.gigabytes,
              row.gigaflops, row.of_copy);
  all->whole += whole;
  all->given += given;
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
          if (layer.squeezed > 0) {
            measure(layer, dtype, layout, size, cold, &all);
          }
        }
        std::printf("%4lld all            %-4s %s %-4s %9.1f %9.1f %9.1f %7.2f %7.2f %6.2f\n",
                    static_cast<long long>(size), yolo4j_dtype_name(dtype),
                    layout == YOLO4J_LAYOUT_NHWC ? "nhwc" : "nchw", cold ? "cold" : "hot",
                    all.whole * 1e6, all.given * 1e6, all.copy * 1e6, all.bytes / all.whole / 1e9,
                    all.flops / all.whole / 1e9, all.copy / all.whole);
        std::fflush(stdout);
      }
    }
  }
}

}  // namespace

int main(int arguments, char** values) {
  bench::print_machine();
  std::printf(
      "size chan sqzd side  type form buff        us     given   copy us    GB/s    GF/s "
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
