// Depthwise convolution: every instruction set that runs here, both types, against the definition
// in double precision; threads, special values, and what the public functions refuse.
#include "depthwise/depthwise.h"

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "depthwise/convolution.h"

namespace {

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
        workspace(kF32, (yolo4j::depthwise::workspace(k) + 7) / 8 * 2) {
    Noise noise(static_cast<uint32_t>(17 + k.channels * 31 + k.width));
    fill(x, k.images * k.height * k.width * k.channels, noise, 2);
    fill(weight, k.channels * k.kernel * k.kernel, noise, 1);
    fill(bias, k.channels, noise, 3);
    fill(dy, outputs(), noise, 1);
  }

  int64_t outputs() const { return k.images * k.out_height * k.out_width * k.channels; }

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
    Backward b = {};
    b.x = x.data();
    b.dy = dy.data();
    b.weight = weight.data();
    b.dx = dx.data();
    b.dweight = dweight.data();
    b.workspace = workspace.data();
    input_gradient(k, b);
    weight_gradient(k, b);
    for (const Buffer* buffer : {&x, &weight, &bias, &y, &dy, &dx, &dweight, &workspace}) {
      CHECK(buffer->guards_intact());
    }
  }

  std::string text() const {
    return std::string(k.element == kF32 ? "f32" : "bf16") + " [" + std::to_string(k.images) + "," +
           std::to_string(k.channels) + "," + std::to_string(k.height) + "," +
           std::to_string(k.width) + "] kernel " + std::to_string(k.kernel) + " stride " +
           std::to_string(k.stride) + " pad " + std::to_string(k.pad_top) + "," +
           std::to_string(k.pad_left) + " activation " + std::to_string(k.activation);
  }

  Convolution k;
  Buffer x, weight, bias, y, dy, dx, dweight, workspace;
};

/// Padding of each side: top, left, bottom, right.
struct Padding {
  int64_t top, left, bottom, right;
};

Convolution convolution(const Kernels* kernels, int32_t element, int64_t channels, int64_t height,
                        int64_t width, int64_t kernel, int64_t stride, Padding pad) {
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

double activated(int32_t activation, double u) {
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
        dx(static_cast<std::size_t>(run.k.images * run.k.height * run.k.width * run.k.channels)),
        dweight(static_cast<std::size_t>(run.k.channels * run.k.kernel * run.k.kernel)) {
    const Convolution& k = run.k;
    for (int64_t i = 0; i < run.outputs(); i++) {
      int64_t c = i % k.channels;
      int64_t ox = i / k.channels % k.out_width;
      int64_t oy = i / k.channels / k.out_width % k.out_height;
      int64_t n = i / k.channels / k.out_width / k.out_height;
      Sum& sum = y[static_cast<std::size_t>(i)];
      sum.add(with_bias ? static_cast<double>(run.bias.get(c)) : 0);
      for (int64_t tap = 0; tap < k.kernel * k.kernel; tap++) {
        int64_t iy = oy * k.stride - k.pad_top + tap / k.kernel;
        int64_t ix = ox * k.stride - k.pad_left + tap % k.kernel;
        if (iy < 0 || iy >= k.height || ix < 0 || ix >= k.width) {
          continue;
        }
        int64_t source = ((n * k.height + iy) * k.width + ix) * k.channels + c;
        int64_t w = c * k.kernel * k.kernel + tap;
        double x = static_cast<double>(run.x.get(source));
        double gradient = static_cast<double>(run.dy.get(i));
        sum.add(x * static_cast<double>(run.weight.get(w)));
        dx[static_cast<std::size_t>(source)].add(gradient * static_cast<double>(run.weight.get(w)));
        dweight[static_cast<std::size_t>(w)].add(gradient * x);
      }
    }
  }

  std::vector<Sum> y, dx, dweight;
};

/// Counts what is off instead of printing every element.
void compare(const char* isa, Run& run, const char* what, Buffer& actual,
             const std::vector<Sum>& expected, int32_t activation) {
  // Float32 rounds each of a few dozen additions; bfloat16 has 8 bits in the end.
  double storage = run.k.element == kF32 ? 0 : 1.0 / 256;
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

void check_run(const char* isa, const Convolution& problem, bool with_bias) {
  Run run(problem);
  run.execute(with_bias);
  Expected expected(run, with_bias);
  compare(isa, run, "y", run.y, expected.y, problem.activation);
  compare(isa, run, "dx", run.dx, expected.dx, YOLO4J_ACTIVATION_NONE);
  compare(isa, run, "dweight", run.dweight, expected.dweight, YOLO4J_ACTIVATION_NONE);
}

/// Channels around every register, widths around every tile, all paddings of interest.
void every_shape_matches(const char* isa, const Kernels* kernels) {
  for (int64_t kernel : {3, 5}) {
    for (int64_t stride : {1, 2}) {
      int64_t half = kernel / 2;
      for (const Padding& pad :
           {Padding{half, half, half, half}, Padding{0, 0, 0, 0}, Padding{0, 1, kernel - 1, 2},
            Padding{kernel - 1, kernel - 1, 0, 0}}) {
        for (int64_t channels : {1, 3, 8, 16, 17, 24, 40}) {
          for (int64_t width : {1, 2, 5, 6, 13, 20}) {
            int64_t height = width == 13 ? 4 : width;
            if (width + pad.left + pad.right < kernel || height + pad.top + pad.bottom < kernel) {
              continue;
            }
            for (int32_t element : {kF32, kBf16}) {
              check_run(isa,
                        convolution(kernels, element, channels, height, width, kernel, stride, pad),
                        channels % 2 == 0);
            }
          }
        }
      }
    }
  }
}

/// So many channels that a block of them is done at a time.
void many_channels_match(const char* isa, const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    for (int64_t channels : {480, 577}) {
      check_run(isa, convolution(kernels, element, channels, 7, 9, 5, 1, Padding{2, 2, 2, 2}),
                true);
      check_run(isa, convolution(kernels, element, channels, 8, 11, 3, 2, Padding{1, 1, 1, 1}),
                false);
    }
  }
}

void activations_match(const char* isa, const Kernels* kernels) {
  for (int32_t activation = 0; activation <= YOLO4J_ACTIVATION_HARDSWISH; activation++) {
    for (int32_t element : {kF32, kBf16}) {
      Convolution k = convolution(kernels, element, 24, 9, 10, 3, 1, Padding{1, 1, 1, 1});
      k.activation = activation;
      check_run(isa, k, true);
    }
  }
}

/// More rows than parts, and sums of more than one run of float32.
void large_sums_match(const char* isa, const Kernels* kernels) {
  check_run(isa, convolution(kernels, kF32, 8, 150, 61, 3, 1, Padding{1, 1, 1, 1}), false);
  check_run(isa, convolution(kernels, kF32, 8, 75, 62, 5, 2, Padding{2, 2, 2, 2}), false);
}

void threads_change_no_bit(const char* isa, const Kernels* kernels) {
  Convolution k = convolution(kernels, kF32, 40, 33, 21, 5, 2, Padding{2, 2, 2, 2});
  Run one(k);
  one.execute(true);
  for (int32_t threads : {2, 3, 7}) {
    k.threads = threads;
    Run many(k);
    many.execute(true);
    if (one.y.bytes() != many.y.bytes() || one.dx.bytes() != many.dx.bytes() ||
        one.dweight.bytes() != many.dweight.bytes()) {
      check::failures++;
      std::fprintf(stderr, "%s: %d threads give other bits than one\n", isa, threads);
    }
  }
}

/// A NaN reaches the outputs whose window holds it, in its channel, and no other.
void nan_stays_in_its_window(const Kernels* kernels) {
  Convolution k = convolution(kernels, kF32, 17, 12, 12, 3, 1, Padding{1, 1, 1, 1});
  Run run(k);
  run.x.set((5 * k.width + 6) * k.channels + 16, std::numeric_limits<float>::quiet_NaN());
  run.execute(false);
  int64_t count = 0;
  for (int64_t i = 0; i < run.outputs(); i++) {
    if (std::isnan(run.y.get(i))) {
      int64_t pixel = i / k.channels;
      count++;
      CHECK(pixel / k.width >= 4 && pixel / k.width <= 6 && pixel % k.width >= 5 &&
            pixel % k.width <= 7 && i % k.channels == 16);
    }
  }
  CHECK_EQUAL(count, 9);
}

yolo4j_depthwise valid() {
  yolo4j_depthwise p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.layout = YOLO4J_LAYOUT_NHWC;
  p.threads = 1;
  p.kernel = 3;
  p.stride = 2;
  p.pad_top = p.pad_left = p.pad_bottom = p.pad_right = 1;
  p.images = 1;
  p.channels = 8;
  p.height = 7;
  p.width = 10;
  return p;
}

void refused(const yolo4j_depthwise& p, int32_t status, const char* text) {
  int64_t height = -7;
  int64_t width = -7;
  CHECK_EQUAL(yolo4j_depthwise_output(&p, &height, &width), status);
  CHECK_EQUAL(height, -7);
  CHECK_CONTAINS(yolo4j_last_error(), text);
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_depthwise::*field, Value value, int32_t status, const char* text) {
  yolo4j_depthwise p = valid();
  p.*field = static_cast<Field>(value);
  refused(p, status, text);
}

void wrong_parameters_are_named() {
  using P = yolo4j_depthwise;
  int64_t height = 0;
  int64_t width = 0;
  yolo4j_depthwise p = valid();
  CHECK_EQUAL(yolo4j_depthwise_output(&p, &height, &width), YOLO4J_OK);
  CHECK_EQUAL(height, 4);
  CHECK_EQUAL(width, 5);
  CHECK_EQUAL(yolo4j_depthwise_output(nullptr, &height, &width), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_depthwise_output(&p, nullptr, &width), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_depthwise_workspace(&p, nullptr), YOLO4J_INVALID_ARGUMENT);
  refused_with(&P::struct_size, 8, YOLO4J_INVALID_ARGUMENT, "struct_size must be from");
  refused_with(&P::dtype, YOLO4J_DTYPE_I8, YOLO4J_UNSUPPORTED, "must be f32 or bf16, got i8");
  refused_with(&P::dtype, 99, YOLO4J_UNSUPPORTED, "got none (99)");
  refused_with(&P::layout, 1, YOLO4J_UNSUPPORTED, "layout must be 2 (NHWC), got 1");
  refused_with(&P::layout, 3, YOLO4J_INVALID_ARGUMENT, "layout must be");
  refused_with(&P::activation, 5, YOLO4J_INVALID_ARGUMENT, "activation must be from 0 to 4, got 5");
  refused_with(&P::activation, -1, YOLO4J_INVALID_ARGUMENT, "activation must be");
  refused_with(&P::threads, 0, YOLO4J_INVALID_ARGUMENT, "threads must be at least 1, got 0");
  refused_with(&P::kernel, 4, YOLO4J_UNSUPPORTED, "kernel must be 3 or 5 and stride 1 or 2");
  refused_with(&P::stride, 3, YOLO4J_UNSUPPORTED, "got 3 and 3");
  refused_with(&P::pad_left, 3, YOLO4J_INVALID_ARGUMENT, "padding must be from 0 to 2, got 1, 3");
  refused_with(&P::pad_bottom, -1, YOLO4J_INVALID_ARGUMENT, "padding must be");
  refused_with(&P::images, 0, YOLO4J_INVALID_ARGUMENT, "must be positive");
  refused_with(&P::width, -1, YOLO4J_INVALID_ARGUMENT, "must be positive");
  refused_with(&P::channels, INT64_MAX, YOLO4J_INVALID_ARGUMENT, "their product below 2^57");
  refused_with(&P::height, INT64_MAX / 4, YOLO4J_INVALID_ARGUMENT, "their product below 2^57");
  p.height = 1;
  p.pad_top = 0;
  refused(p, YOLO4J_INVALID_ARGUMENT, "must be at least the kernel's 3, got 2 and 12");
}

void wrong_buffers_are_named_and_untouched() {
  yolo4j_depthwise p = valid();
  p.images = 2;
  Run run(convolution(&kScalar, kF32, 8, 7, 10, 3, 2, Padding{1, 1, 1, 1}));
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_depthwise_workspace(&p, &bytes), YOLO4J_OK);
  std::vector<double> workspace(static_cast<std::size_t>(bytes) / 8 + 1);
  Forward f = {};
  f.struct_size = sizeof f;
  f.weight = run.weight.data();
  f.y = run.y.data();
  f.workspace = workspace.data();
  f.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "x, weight and y must not be null");
  f.x = static_cast<char*>(run.x.data()) + 1;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "x must be aligned to 4 bytes");
  f.x = run.x.data();
  f.workspace_bytes = bytes - 1;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "workspace must be aligned to 8 bytes and have");
  f.workspace_bytes = bytes;
  f.struct_size = 4;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  f.struct_size = sizeof f;
  CHECK(std::isnan(run.y.get(0)));
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_OK);
  CHECK(!std::isnan(run.y.get(run.outputs() - 1)));

  Backward b = {};
  b.struct_size = sizeof b;
  b.workspace = workspace.data();
  b.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "dy must not be null");
  b.dy = run.dy.data();
  b.dx = run.dx.data();
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  b.weight = run.weight.data();
  p.activation = YOLO4J_ACTIVATION_RELU;
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "activation must be 0, got 1");
  p.activation = YOLO4J_ACTIVATION_NONE;
  CHECK(std::isnan(run.dx.get(0)));
  // Each gradient may be left out.
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_OK);
  CHECK(!std::isnan(run.dx.get(0)));
  CHECK(std::isnan(run.dweight.get(0)));
  b.dx = nullptr;
  b.weight = nullptr;
  b.dweight = run.dweight.data();
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  b.x = run.x.data();
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_OK);
  CHECK(!std::isnan(run.dweight.get(0)));
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  yolo4j_depthwise p = valid();
  p.images = 2;
  int64_t bytes = 0;
  int32_t status = yolo4j_depthwise_workspace(&p, &bytes);
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  Convolution k = convolution(family().best(isa), kF32, 8, 7, 10, 3, 2, Padding{1, 1, 1, 1});
  Run direct(k);
  direct.execute(true);
  Run run(k);
  std::vector<double> workspace(static_cast<std::size_t>(bytes) / 8 + 1);
  Forward f = {};
  f.struct_size = sizeof f;
  f.x = run.x.data();
  f.weight = run.weight.data();
  f.bias = run.bias.floats();
  f.y = run.y.data();
  f.workspace = workspace.data();
  f.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_OK);
  CHECK(run.y.bytes() == direct.y.bytes());
  return check::result();
}

}  // namespace

int main(int arguments, char**) {
  if (arguments > 1) {
    return dispatched();
  }
  wrong_parameters_are_named();
  wrong_buffers_are_named_and_untouched();
  for (int32_t isa = 0; isa < yolo4j::kIsaCount; isa++) {
    const Kernels* kernels = family().exactly(isa);
    const char* name = yolo4j_isa_name(isa);
    if (kernels == nullptr || yolo4j_isa_supported(isa) == 0) {
      std::printf("depthwise %s: not run here\n", name);
      continue;
    }
    every_shape_matches(name, kernels);
    many_channels_match(name, kernels);
    activations_match(name, kernels);
    large_sums_match(name, kernels);
    threads_change_no_bit(name, kernels);
    nan_stays_in_its_window(kernels);
    std::printf("depthwise %s: done, %d failures so far\n", name, check::failures);
  }
  return check::result();
}
