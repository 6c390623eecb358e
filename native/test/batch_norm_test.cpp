// Batch norm with activation: every instruction set that runs here, both layouts and types, against
// the oracle; threads, special values, and what the public functions refuse.
#include "batch_norm/batch_norm.h"

#include <initializer_list>
#include <limits>

#include "batch_norm/norm.h"
#include "batch_norm_reference.h"
#include "check.h"
#include "isas.h"

namespace {

using namespace yolo4j::batch_norm;
using namespace batch_norm_test;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// All buffers of a problem; runs it with some kernels and a number of threads.
struct Run {
  explicit Run(const Problem& problem)
      : p(problem),
        x(p.element, p.elements()),
        dy(p.element, p.elements()),
        y(p.element, p.elements()),
        dx(p.element, p.elements()),
        weight(kF32, p.channels),
        bias(kF32, p.channels),
        running_mean(kF32, p.channels),
        running_variance(kF32, p.channels),
        mean(kF32, p.channels),
        inverse(kF32, p.channels),
        dweight(kF32, p.channels),
        dbias(kF32, p.channels) {
    Noise noise(static_cast<uint32_t>(p.elements() + 31 * p.channels));
    for (int64_t c = 0; c < p.channels; c++) {
      // So that u crosses every branch of every activation.
      weight.set(c, 2.5f + noise.next());
      bias.set(c, 1.5f * noise.next());
      running_mean.set(c, noise.next());
      running_variance.set(c, 1.5f + noise.next());
      float center = 3 * noise.next();
      for (int64_t k = 0; k < p.count(); k++) {
        float sum = noise.next() + noise.next() + noise.next();
        x.set(p.index(c, k), center + 0.7f * sum);
        dy.set(p.index(c, k), noise.next());
      }
    }
  }

  Norm norm(const Kernels* kernels, int32_t threads) const {
    return Norm{kernels,    p.element, p.activation, threads,    p.images,
                p.channels, p.pixels,  p.epsilon,    p.momentum, cached};
  }

  void execute(const Kernels* kernels, int32_t threads) {
    Norm n = norm(kernels, threads);
    int64_t bytes = p.nhwc ? rows_workspace(n) : planes_workspace(n);
    // In doubles for the alignment, between canaries as everything.
    Buffer workspace(kF32, (bytes + 7) / 8 * 2);
    Forward f = {};
    f.x = x.data();
    f.weight = weight.floats();
    f.bias = bias.floats();
    f.running_mean = running_mean.floats();
    f.running_variance = running_variance.floats();
    f.y = y.data();
    f.mean = mean.floats();
    f.inverse_deviation = inverse.floats();
    f.workspace = workspace.data();
    p.nhwc ? forward_rows(n, f) : forward_planes(n, f);
    Backward b = {};
    b.x = x.data();
    b.dy = dy.data();
    b.weight = weight.floats();
    b.bias = bias.floats();
    b.mean = mean.floats();
    b.inverse_deviation = inverse.floats();
    b.dx = dx.data();
    b.dweight = dweight.floats();
    b.dbias = dbias.floats();
    b.workspace = workspace.data();
    p.nhwc ? backward_rows(n, b) : backward_planes(n, b);
    CHECK(workspace.guards_intact());
    for (Buffer* buffer : {&x, &dy, &y, &dx, &weight, &bias, &running_mean, &running_variance,
                           &mean, &inverse, &dweight, &dbias}) {
      CHECK(buffer->guards_intact());
    }
  }

  Problem p;
  int64_t cached = kCachedElements;
  Buffer x, dy, y, dx, weight, bias, running_mean, running_variance, mean, inverse, dweight, dbias;
};

/// Counts what is off instead of printing every element.
struct Worst {
  void see(double actual, double expected, double rtol, double atol) {
    if (!check::close(actual, expected, rtol, atol)) {
      wrong++;
      double off = std::fabs(actual - expected);
      if (wrong == 1 || off > largest) {
        largest = off;
        at_worst[0] = actual;
        at_worst[1] = expected;
      }
    }
  }
  void report(const char* isa, const Problem& p, const char* what) const {
    if (wrong > 0) {
      check::failures++;
      std::fprintf(stderr, "%s %s: %s: %lld wrong, the worst %.9g instead of %.9g\n", isa,
                   p.text().c_str(), what, static_cast<long long>(wrong), at_worst[0], at_worst[1]);
    }
  }
  int64_t wrong = 0;
  double largest = 0;
  double at_worst[2] = {0, 0};
};

/// What is added to float32's tolerance where a value is stored as bfloat16: half a unit in the
/// last of 8 places.
double storage(const Problem& p) { return p.element == kF32 ? 0 : 1.0 / 256; }

void check_forward(const char* isa, Run& run, const std::vector<float>& mean_before,
                   const std::vector<float>& variance_before) {
  const Problem& p = run.p;
  Worst y;
  Worst statistics_off;
  for (int64_t c = 0; c < p.channels; c++) {
    Statistics s = statistics(p, run.x, c);
    double inverse = 1 / std::sqrt(s.variance + p.epsilon);
    double count = static_cast<double>(p.count());
    // Float32 sums in parts: relative to the deviation.
    double loose = 4e-6 * std::sqrt(s.variance) + 1e-7;
    statistics_off.see(run.mean.get(c), s.mean, 1e-6, loose);
    statistics_off.see(run.inverse.get(c), inverse, 1e-5, 0);
    std::size_t i = static_cast<std::size_t>(c);
    double kept = 1 - p.momentum;
    statistics_off.see(run.running_mean.get(c), kept * mean_before[i] + p.momentum * s.mean, 1e-6,
                       loose);
    statistics_off.see(run.running_variance.get(c),
                       kept * variance_before[i] + p.momentum * s.variance * count / (count - 1),
                       1e-5, 0);
    for (int64_t k = 0; k < p.count(); k++) {
      double u =
          (run.x.get(p.index(c, k)) - s.mean) * inverse * run.weight.get(c) + run.bias.get(c);
      y.see(run.y.get(p.index(c, k)), activate(p.activation, u), 1e-5 + storage(p), 2e-5);
    }
  }
  y.report(isa, p, "y");
  statistics_off.report(isa, p, "statistics");
}

void check_backward(const char* isa, Run& run) {
  const Problem& p = run.p;
  Worst dx;
  Worst sums;
  std::vector<double> g(static_cast<std::size_t>(p.count()));
  std::vector<double> normal(g.size());
  for (int64_t c = 0; c < p.channels; c++) {
    Statistics s = statistics(p, run.x, c);
    double inverse = 1 / std::sqrt(s.variance + p.epsilon);
    double count = static_cast<double>(p.count());
    double bias_gradient = 0;
    double weight_gradient = 0;
    double size = 0;
    for (int64_t k = 0; k < p.count(); k++) {
      std::size_t i = static_cast<std::size_t>(k);
      normal[i] = (run.x.get(p.index(c, k)) - s.mean) * inverse;
      double u = normal[i] * run.weight.get(c) + run.bias.get(c);
      g[i] = run.dy.get(p.index(c, k)) * derivative(p.activation, u);
      bias_gradient += g[i];
      weight_gradient += g[i] * normal[i];
      size += std::fabs(g[i]) * (1 + std::fabs(normal[i]));
    }
    // Relative to what was added up: the sums themselves may cancel.
    sums.see(run.dbias.get(c), bias_gradient, 1e-6, 2e-6 * size);
    sums.see(run.dweight.get(c), weight_gradient, 1e-6, 2e-6 * size);
    double scale = run.weight.get(c) * inverse;
    for (int64_t k = 0; k < p.count(); k++) {
      std::size_t i = static_cast<std::size_t>(k);
      double expected =
          scale * (g[i] - bias_gradient / count - normal[i] * weight_gradient / count);
      dx.see(run.dx.get(p.index(c, k)), expected, 1e-5 + storage(p), 1e-5 * std::fabs(scale));
    }
  }
  dx.report(isa, p, "dx");
  sums.report(isa, p, "gradients of weight and bias");
}

/// A derivative that jumps must not meet a u that rounding may push over the edge.
void silence_kinks(Run& run) {
  const Problem& p = run.p;
  for (int64_t c = 0; c < p.channels; c++) {
    Statistics s = statistics(p, run.x, c);
    double scale = run.weight.get(c) / std::sqrt(s.variance + p.epsilon);
    for (int64_t k = 0; k < p.count(); k++) {
      double u = (run.x.get(p.index(c, k)) - s.mean) * scale + run.bias.get(c);
      if (near_kink(p.activation, u)) {
        run.dy.set(p.index(c, k), 0);
      }
    }
  }
}

void matches_reference(const char* isa, const Kernels* kernels, const Problem& p) {
  Run run(p);
  silence_kinks(run);
  std::vector<float> mean_before(run.running_mean.floats(), run.running_mean.floats() + p.channels);
  std::vector<float> variance_before(run.running_variance.floats(),
                                     run.running_variance.floats() + p.channels);
  run.execute(kernels, 1);
  check_forward(isa, run, mean_before, variance_before);
  check_backward(isa, run);
}

struct Sizes {
  int64_t images;
  int64_t channels;
  int64_t pixels;
};

/// Channels below, at and above registers and rows, odd heights and widths; then sizes around the
/// tiles of planes (kTile elements) and of rows (kTile elements, at least 64 pixels).
constexpr Sizes kShapes[] = {
    {1, 1, 5 * 7},         {3, 1, 9 * 11},    {1, 3, 7 * 7},         {3, 3, 5 * 3},
    {1, 8, 15 * 17},       {3, 8, 1 * 5},     {3, 16, 6 * 6},        {1, 17, 9 * 7},
    {3, 17, 31},           {3, 17, 33},       {1, 64, 13 * 11},      {3, 64, 1},
    {1, 1, kTile - 1},     {1, 1, kTile},     {1, 1, kTile + 1},     {1, 3, 2 * kTile + 3},
    {3, 2, kTile / 2 - 1}, {3, 2, kTile / 2}, {3, 2, kTile / 2 + 1}, {1, 16, 1023},
    {1, 16, 1024},         {1, 16, 1025},     {3, 16, 691},          {5, 300, 13},
    {1, 300, 65},          {1, 1025, 67},     {2, 1040, 31},
};

void every_shape_matches(const char* isa, const Kernels* kernels) {
  Problem p;
  for (const Sizes& sizes : kShapes) {
    p.images = sizes.images;
    p.channels = sizes.channels;
    p.pixels = sizes.pixels;
    for (p.element = 0; p.element < kElements; p.element++) {
      for (bool nhwc : {false, true}) {
        p.nhwc = nhwc;
        bool small = p.elements() < 5000;
        for (p.activation = 0; p.activation < kActivations; p.activation++) {
          // All activations share the loops; large shapes take turns.
          if (small || p.activation == kSilu || p.activation == sizes.pixels % kActivations) {
            matches_reference(isa, kernels, p);
          }
        }
      }
    }
  }
}

void threads_change_no_bit(const char* isa, const Kernels* kernels) {
  for (const Sizes& sizes : {Sizes{3, 5, 4097}, Sizes{5, 16, 783}, Sizes{1, 1, 3 * kTile + 1}}) {
    for (bool nhwc : {false, true}) {
      Problem p;
      p.images = sizes.images;
      p.channels = sizes.channels;
      p.pixels = sizes.pixels;
      p.nhwc = nhwc;
      p.activation = kSilu;
      Run one(p);
      one.execute(kernels, 1);
      for (int32_t threads : {2, 3, 7}) {
        Run many(p);
        many.execute(kernels, threads);
        bool same =
            one.y.bytes() == many.y.bytes() && one.dx.bytes() == many.dx.bytes() &&
            one.mean.bytes() == many.mean.bytes() && one.inverse.bytes() == many.inverse.bytes() &&
            one.dweight.bytes() == many.dweight.bytes() && one.dbias.bytes() == many.dbias.bytes();
        if (!same) {
          check::failures++;
          std::fprintf(stderr, "%s %s: %d threads give other bits than one\n", isa,
                       p.text().c_str(), threads);
        }
      }
    }
  }
}

/// Whether g is kept or computed again.
void keeping_the_gradient_changes_no_bit(const char* isa, const Kernels* kernels) {
  for (const Sizes& sizes : {Sizes{3, 17, 33}, Sizes{5, 16, 1023}, Sizes{1, 3, 3 * kTile + 1}}) {
    for (bool nhwc : {false, true}) {
      Problem p;
      p.images = sizes.images;
      p.channels = sizes.channels;
      p.pixels = sizes.pixels;
      p.nhwc = nhwc;
      p.activation = kSilu;
      Run again(p);
      again.cached = 0;
      again.execute(kernels, 1);
      Run kept(p);
      kept.execute(kernels, 1);
      bool same = again.dx.bytes() == kept.dx.bytes() &&
                  again.dweight.bytes() == kept.dweight.bytes() &&
                  again.dbias.bytes() == kept.dbias.bytes();
      if (!same) {
        check::failures++;
        std::fprintf(stderr, "%s %s: keeping the gradient gives other bits\n", isa,
                     p.text().c_str());
      }
    }
  }
}

/// What plane_apply and plane_gradient_sums make of single values u: forward, and the derivative.
struct Single {
  Single(const Kernels* k, int32_t a, float u) {
    Coefficients c = {1, -0.0f, 0};
    float one = 1;
    double sums[2] = {0, 0};
    k->plane_apply[kF32][a](&u, &value, Planes{1, 1, 1}, c);
    k->plane_gradient_sums[kF32][a](&u, &one, Planes{1, 1, 1}, c, sums);
    slope = sums[0];
  }
  float value = 0;
  double slope = 0;
};

void activations_keep_their_error_bounds(const Kernels* kernels) {
  Worst forward;
  Worst backward;
  for (double u = -100; u <= 100; u += 1.0 / 512 + 1.0 / 70000) {
    float narrow = static_cast<float>(u);
    Single silu(kernels, kSilu, narrow);
    double bound = 4e-7 + 2e-8 * std::fabs(u);
    forward.see(silu.value, activate(kSilu, narrow), bound, 2e-33);
    backward.see(silu.slope, derivative(kSilu, narrow), bound, bound);
    Single hard(kernels, kHardswish, narrow);
    forward.see(hard.value, activate(kHardswish, narrow), 4e-7, 0);
    backward.see(hard.slope, derivative(kHardswish, narrow), 4e-7, 1e-7);
  }
  Problem p;
  forward.report("bounds", p, "activation");
  backward.report("bounds", p, "derivative");
}

void activations_treat_special_values_as_libtorch(const Kernels* kernels) {
  for (int32_t a = 0; a < kActivations; a++) {
    CHECK(std::isnan(Single(kernels, a, kNaN).value));
    CHECK_EQUAL(Single(kernels, a, 0.0f).value, 0);
    CHECK_EQUAL(Single(kernels, a, -0.0f).value, 0);
    // The smallest denormal times a slope near a half may round to 0.
    CHECK(std::fabs(Single(kernels, a, 1e-45f).value) <= 1e-45f);
  }
  CHECK_CLOSE(Single(kernels, kNone, kInfinity).value, kInfinity, 0, 0);
  CHECK_CLOSE(Single(kernels, kRelu, -kInfinity).value, 0, 0, 0);
  CHECK_CLOSE(Single(kernels, kRelu6, kInfinity).value, 6, 0, 0);
  CHECK_CLOSE(Single(kernels, kSilu, kInfinity).value, kInfinity, 0, 0);
  CHECK_CLOSE(Single(kernels, kRelu, 0).slope, 0, 0, 0);
  CHECK_CLOSE(Single(kernels, kRelu6, 6).slope, 0, 0, 0);
  CHECK_CLOSE(Single(kernels, kHardswish, -3).slope, 0, 0, 0);
  CHECK_CLOSE(Single(kernels, kHardswish, 3).slope, 1, 0, 0);
}

/// All 65536 bfloat16 numbers come back as they were, and products are rounded to nearest even.
void bfloat16_is_exact(const Kernels* kernels) {
  std::vector<uint16_t> x(65536 + 3);
  std::vector<uint16_t> y(x.size());
  for (std::size_t i = 0; i < x.size(); i++) {
    x[i] = static_cast<uint16_t>(i);
  }
  int64_t size = static_cast<int64_t>(x.size());
  for (float scale : {1.0f, 1.00390637f, -0.333333343f}) {
    kernels->plane_apply[kBf16][kNone](x.data(), y.data(), Planes{1, size, size},
                                       Coefficients{scale, -0.0f, 0});
    int wrong = 0;
    for (std::size_t i = 0; i < x.size(); i++) {
      wrong += y[i] != to_bf16(to_float(x[i]) * scale + -0.0f) ? 1 : 0;
    }
    CHECK_EQUAL(wrong, 0);
  }
}

/// A channel that isn't finite stays so, and leaves the others alone.
void nonfinite_channels_stay_apart(const Kernels* kernels) {
  for (bool nhwc : {false, true}) {
    for (float bad : {kNaN, kInfinity, -kInfinity}) {
      Problem p;
      p.images = 2;
      p.channels = 5;
      p.pixels = 21;
      p.nhwc = nhwc;
      p.activation = kSilu;
      Run clean(p);
      clean.execute(kernels, 1);
      Run run(p);
      run.x.set(p.index(1, 30), bad);
      run.execute(kernels, 1);
      if (std::isnan(bad)) {
        CHECK(std::isnan(run.mean.get(1)));
      } else {
        CHECK_CLOSE(run.mean.get(1), bad, 0, 0);
      }
      CHECK(std::isnan(run.running_variance.get(1)));
      int wrong = 0;
      for (int64_t c = 0; c < p.channels; c++) {
        for (int64_t k = 0; k < p.count(); k++) {
          float y = run.y.get(p.index(c, k));
          float dx = run.dx.get(p.index(c, k));
          bool right = c == 1
                           ? std::isnan(y) && std::isnan(dx)
                           : y == clean.y.get(p.index(c, k)) && dx == clean.dx.get(p.index(c, k));
          wrong += right ? 0 : 1;
        }
      }
      CHECK_EQUAL(wrong, 0);
    }
  }
}

/// Sums are taken near the mean, so a mean that is large against the deviation costs no digits.
void large_means_keep_the_variance(const Kernels* kernels) {
  for (bool nhwc : {false, true}) {
    Problem p;
    p.images = 3;
    p.channels = 4;
    p.pixels = 1000;
    p.nhwc = nhwc;
    p.epsilon = 0;
    Run run(p);
    for (int64_t c = 0; c < p.channels; c++) {
      for (int64_t k = 0; k < p.count(); k++) {
        float x = run.x.get(p.index(c, k));
        run.x.set(p.index(c, k), 4096 + static_cast<float>(c) * 1000 + 0.25f * x);
      }
    }
    run.execute(kernels, 1);
    for (int64_t c = 0; c < p.channels; c++) {
      Statistics s = statistics(p, run.x, c);
      CHECK_CLOSE(run.inverse.get(c), 1 / std::sqrt(s.variance), 1e-5, 0);
    }
  }
}

void constant_channels_give_the_bias(const Kernels* kernels) {
  for (float constant : {0.0f, -0.0f, 1e-40f, -7.25f, 1e20f}) {
    for (bool nhwc : {false, true}) {
      Problem p;
      p.images = 2;
      p.channels = 3;
      p.pixels = 19;
      p.nhwc = nhwc;
      Run run(p);
      for (int64_t i = 0; i < p.elements(); i++) {
        run.x.set(i, constant);
      }
      run.execute(kernels, 1);
      for (int64_t i = 0; i < p.elements(); i++) {
        int64_t c = nhwc ? i % p.channels : i / p.pixels % p.channels;
        // x·scale + offset: both may be large.
        CHECK_CLOSE(run.y.get(i), run.bias.get(c), 1e-6, 1e-5 * std::fabs(constant));
      }
      CHECK_CLOSE(run.inverse.get(0), 1 / std::sqrt(1e-3), 1e-6, 0);
    }
  }
}

/// Without an unbiased variance: 0 / 0, as LibTorch has it.
void single_value_has_no_unbiased_variance(const Kernels* kernels) {
  Problem p;
  p.channels = 3;
  Run run(p);
  run.execute(kernels, 1);
  CHECK(std::isnan(run.running_variance.get(0)));
  CHECK_CLOSE(run.y.get(2), run.bias.get(2), 1e-5, 1e-5);
  CHECK_CLOSE(run.dx.get(2), 0, 0, 1e-5);
}

yolo4j_batch_norm valid() {
  yolo4j_batch_norm norm = {};
  norm.struct_size = sizeof norm;
  norm.dtype = YOLO4J_DTYPE_F32;
  norm.layout = YOLO4J_LAYOUT_NCHW;
  norm.activation = YOLO4J_ACTIVATION_SILU;
  norm.threads = 2;
  norm.images = 2;
  norm.channels = 3;
  norm.pixels = 35;
  norm.epsilon = 1e-3;
  norm.momentum = 0.03;
  return norm;
}

template <typename Change>
void refuses(int32_t status, const char* text, const Change& change) {
  yolo4j_batch_norm norm = valid();
  change(&norm);
  int64_t bytes = -9;
  CHECK_EQUAL(yolo4j_batch_norm_workspace(&norm, &bytes), status);
  CHECK_TEXT(yolo4j_last_error(), text);
  CHECK_EQUAL(bytes, -9);
}

void wrong_parameters_are_named() {
  refuses(YOLO4J_UNSUPPORTED, "yolo4j_batch_norm_workspace: dtype must be f32 or bf16, got f16 (2)",
          [](yolo4j_batch_norm* n) { n->dtype = YOLO4J_DTYPE_F16; });
  refuses(YOLO4J_INVALID_ARGUMENT,
          "yolo4j_batch_norm_workspace: layout must be 1 (NCHW) or 2 (NHWC), got 0",
          [](yolo4j_batch_norm* n) { n->layout = 0; });
  refuses(YOLO4J_INVALID_ARGUMENT,
          "yolo4j_batch_norm_workspace: activation must be from 0 to 4, got 5",
          [](yolo4j_batch_norm* n) { n->activation = 5; });
  refuses(YOLO4J_INVALID_ARGUMENT, "yolo4j_batch_norm_workspace: threads must be at least 1, got 0",
          [](yolo4j_batch_norm* n) { n->threads = 0; });
  refuses(YOLO4J_INVALID_ARGUMENT,
          "yolo4j_batch_norm_workspace: images, channels and pixels must be positive and their "
          "product below 2^57, got 2, 0, 35",
          [](yolo4j_batch_norm* n) { n->channels = 0; });
  refuses(YOLO4J_INVALID_ARGUMENT,
          "yolo4j_batch_norm_workspace: images, channels and pixels must be positive and their "
          "product below 2^57, got 2, 3, 9223372036854775807",
          [](yolo4j_batch_norm* n) { n->pixels = INT64_MAX; });
  refuses(YOLO4J_INVALID_ARGUMENT,
          "yolo4j_batch_norm_workspace: epsilon must be >= 0 and momentum from 0 to 1, got 0.001 "
          "and nan",
          [](yolo4j_batch_norm* n) { n->momentum = std::numeric_limits<double>::quiet_NaN(); });
  refuses(YOLO4J_INVALID_ARGUMENT,
          "yolo4j_batch_norm_workspace: struct_size must be from 64 to 64, got 8; header and "
          "library differ",
          [](yolo4j_batch_norm* n) { n->struct_size = 8; });
}

void wrong_buffers_are_named_and_untouched() {
  yolo4j_batch_norm norm = valid();
  Problem p;
  p.images = norm.images;
  p.channels = norm.channels;
  p.pixels = norm.pixels;
  Run run(p);
  Forward f = {};
  f.struct_size = sizeof f;
  f.x = run.x.data();
  f.mean = run.mean.floats();
  f.inverse_deviation = run.inverse.floats();
  CHECK_EQUAL(yolo4j_batch_norm_forward(&norm, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "yolo4j_batch_norm_forward: x, y, mean and inverse_deviation must not be null");
  f.y = run.y.data();
  f.running_mean = run.running_mean.floats();
  CHECK_EQUAL(yolo4j_batch_norm_forward(&norm, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "yolo4j_batch_norm_forward: running_mean and running_variance must be given both or "
             "neither");
  f.running_mean = nullptr;
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_batch_norm_workspace(&norm, &bytes), YOLO4J_OK);
  std::vector<double> workspace(static_cast<std::size_t>(bytes) / 8 + 1);
  f.workspace = workspace.data();
  f.workspace_bytes = bytes - 1;
  CHECK_EQUAL(yolo4j_batch_norm_forward(&norm, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(),
                 "yolo4j_batch_norm_forward: workspace must be aligned to 8 bytes and have ");
  CHECK(std::isnan(run.y.get(0)));
  CHECK(std::isnan(run.mean.get(0)));
  // Nothing that may be left out is needed.
  f.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_batch_norm_forward(&norm, &f), YOLO4J_OK);
  CHECK(!std::isnan(run.y.get(p.elements() - 1)));
  Backward b = {};
  b.struct_size = sizeof b;
  b.x = f.x;
  b.mean = f.mean;
  b.inverse_deviation = f.inverse_deviation;
  b.workspace = f.workspace;
  b.workspace_bytes = bytes;
  b.dx = run.dx.data();
  CHECK_EQUAL(yolo4j_batch_norm_backward(&norm, &b), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "yolo4j_batch_norm_backward: x, dy, dx, mean and inverse_deviation must not be null");
  b.dy = run.dy.data();
  CHECK_EQUAL(yolo4j_batch_norm_backward(&norm, &b), YOLO4J_OK);
  CHECK(!std::isnan(run.dx.get(p.elements() - 1)));
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  yolo4j_batch_norm norm = valid();
  norm.images = 3;
  norm.channels = 16;
  norm.pixels = 40 * 40;
  norm.layout = YOLO4J_LAYOUT_NHWC;
  int64_t bytes = 0;
  int32_t status = yolo4j_batch_norm_workspace(&norm, &bytes);
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  Problem p;
  p.images = norm.images;
  p.channels = norm.channels;
  p.pixels = norm.pixels;
  p.nhwc = true;
  p.activation = kSilu;
  Run direct(p);
  direct.execute(family().best(isa), 1);
  Run run(p);
  std::vector<double> workspace(static_cast<std::size_t>(bytes) / 8 + 1);
  Forward f = {};
  f.struct_size = sizeof f;
  f.x = run.x.data();
  f.weight = run.weight.floats();
  f.bias = run.bias.floats();
  f.y = run.y.data();
  f.mean = run.mean.floats();
  f.inverse_deviation = run.inverse.floats();
  f.workspace = workspace.data();
  f.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_batch_norm_forward(&norm, &f), YOLO4J_OK);
  CHECK(run.y.bytes() == direct.y.bytes());
  return check::result();
}

}  // namespace

int main(int arguments, char** values) {
  const bool threads_alone = test_isas::is_threads(arguments, values);
  if (arguments > 1 && !threads_alone) {
    return dispatched();
  }
  wrong_parameters_are_named();
  wrong_buffers_are_named_and_untouched();
  test_isas::for_each_isa("batch norm", family(),
                          [threads_alone](int32_t isa, const char* name, const Kernels* kernels) {
                            threads_change_no_bit(name, kernels);
                            if (threads_alone) {
                              return;
                            }
                            every_shape_matches(name, kernels);
                            if (isa != YOLO4J_ISA_SCALAR) {
                              // In double precision g is rounded where it is kept.
                              keeping_the_gradient_changes_no_bit(name, kernels);
                            }
                            activations_keep_their_error_bounds(kernels);
                            activations_treat_special_values_as_libtorch(kernels);
                            bfloat16_is_exact(kernels);
                            nonfinite_channels_stay_apart(kernels);
                            large_means_keep_the_variance(kernels);
                            constant_channels_give_the_bias(kernels);
                            single_value_has_no_unbiased_variance(kernels);
                          });
  return check::result();
}
