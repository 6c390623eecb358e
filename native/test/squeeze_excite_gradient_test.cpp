// The gradients of squeeze and excite: every instruction set that runs here, both types and
// layouts, against the definition in double precision; threads, and what is refused.
#include <cmath>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"
#include "squeeze_excite/squeeze_excite.h"

namespace {

using namespace yolo4j::squeeze_excite;
using test_buffers::Buffer;
using test_buffers::Noise;
using Doubles = std::vector<double>;

std::size_t index(int64_t i) { return static_cast<std::size_t>(i); }

/// One problem with its buffers; what is computed holds NaN.
struct Run {
  explicit Run(const Block& wanted)
      : b(wanted),
        x(b.element, elements()),
        dy(b.element, elements()),
        squeeze_weight(b.element, weights()),
        squeeze_bias(kF32, b.squeezed),
        excite_weight(b.element, weights()),
        excite_bias(kF32, b.channels),
        dx(b.element, elements()),
        dsqueeze_weight(b.element, weights()),
        dsqueeze_bias(kF32, b.squeezed),
        dexcite_weight(b.element, weights()),
        dexcite_bias(kF32, b.channels),
        bytes((workspace(b) + 7) / 8 * 8),
        memory(kF32, bytes / 4) {
    Noise noise(static_cast<uint32_t>(5 + b.channels * 31 + b.pixels));
    for (int64_t i = 0; i < elements(); i++) {
      x.set(i, 2 * noise.next() + static_cast<float>(channel(i) % 3) - 0.7f);
      dy.set(i, noise.next() + 0.25f);
    }
    float size = 3 / std::sqrt(static_cast<float>(b.channels));
    for (int64_t i = 0; i < weights(); i++) {
      squeeze_weight.set(i, size * noise.next());
      excite_weight.set(i, 2 * noise.next());
    }
    for (int64_t i = 0; i < b.squeezed; i++) {
      squeeze_bias.set(i, noise.next());
    }
    for (int64_t i = 0; i < b.channels; i++) {
      excite_bias.set(i, noise.next());
    }
  }

  int64_t elements() const { return b.images * b.channels * b.pixels; }
  int64_t weights() const { return b.squeezed * b.channels; }
  int64_t channel(int64_t i) const { return b.nhwc ? i % b.channels : i / b.pixels % b.channels; }
  int64_t image(int64_t i) const { return i / b.pixels / b.channels; }

  Backward buffers() {
    Backward g = {};
    g.struct_size = sizeof g;
    g.x = x.data();
    g.dy = dy.data();
    g.squeeze_weight = squeeze_weight.data();
    g.squeeze_bias = squeeze_bias.floats();
    g.excite_weight = excite_weight.data();
    g.excite_bias = excite_bias.floats();
    g.dx = dx.data();
    g.dsqueeze_weight = dsqueeze_weight.data();
    g.dsqueeze_bias = dsqueeze_bias.floats();
    g.dexcite_weight = dexcite_weight.data();
    g.dexcite_bias = dexcite_bias.floats();
    g.workspace = memory.data();
    g.workspace_bytes = bytes;
    return g;
  }

  void execute() {
    gradient(b, buffers());
    for (const Buffer* buffer :
         {&x, &dy, &squeeze_weight, &squeeze_bias, &excite_weight, &excite_bias, &dx,
          &dsqueeze_weight, &dsqueeze_bias, &dexcite_weight, &dexcite_bias, &memory}) {
      CHECK(buffer->guards_intact());
    }
  }

  std::string text() const {
    return std::string(b.element == kF32 ? "f32" : "bf16") + (b.nhwc ? " nhwc [" : " nchw [") +
           std::to_string(b.images) + "," + std::to_string(b.channels) + "," +
           std::to_string(b.pixels) + "] squeezed " + std::to_string(b.squeezed) + " activation " +
           std::to_string(b.activation);
  }

  Block b;
  Buffer x, dy, squeeze_weight, squeeze_bias, excite_weight, excite_bias;
  Buffer dx, dsqueeze_weight, dsqueeze_bias, dexcite_weight, dexcite_bias;
  int64_t bytes;
  Buffer memory;
};

/// Of ReLU or SiLU, and of hardsigmoid or sigmoid: the value and its derivative.
struct Function {
  double value;
  double derivative;
};

Function function(int32_t activation, double u) {
  double s = 1 / (1 + std::exp(-u));
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return {std::fmax(u, 0), u > 0 ? 1.0 : 0.0};
    case YOLO4J_ACTIVATION_SILU:
      return {u * s, s * (1 + u * (1 - s))};
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return {std::fmin(std::fmax(u + 3, 0), 6) / 6, u > -3 && u < 3 ? 1.0 / 6 : 0.0};
    default:
      return {s, s * (1 - s)};
  }
}

struct Expected {
  Doubles dx, dsqueeze_weight, dsqueeze_bias, dexcite_weight, dexcite_bias;
};

/// One image's share of everything, from its means and the gradients of its factors.
void add_image(Run& run, int64_t n, const double* mean, const double* dfactor, double* factor,
               double* dmean, Expected& e) {
  const Block& b = run.b;
  std::vector<Function> hidden;
  for (int64_t q = 0; q < b.squeezed; q++) {
    double u = static_cast<double>(run.squeeze_bias.get(q));
    for (int64_t c = 0; c < b.channels; c++) {
      u += static_cast<double>(run.squeeze_weight.get(q * b.channels + c)) * mean[c];
    }
    hidden.push_back(function(b.activation, u));
  }
  Doubles dhidden(index(b.squeezed));
  for (int64_t c = 0; c < b.channels; c++) {
    double u = static_cast<double>(run.excite_bias.get(c));
    for (int64_t q = 0; q < b.squeezed; q++) {
      u += static_cast<double>(run.excite_weight.get(c * b.squeezed + q)) * hidden[index(q)].value;
    }
    Function gate = function(b.gate, u);
    factor[n * b.channels + c] = gate.value;
    double du = dfactor[c] * gate.derivative;
    e.dexcite_bias[index(c)] += du;
    for (int64_t q = 0; q < b.squeezed; q++) {
      int64_t i = c * b.squeezed + q;
      e.dexcite_weight[index(i)] += du * hidden[index(q)].value;
      dhidden[index(q)] += du * static_cast<double>(run.excite_weight.get(i));
    }
  }
  for (int64_t q = 0; q < b.squeezed; q++) {
    double du = dhidden[index(q)] * hidden[index(q)].derivative;
    e.dsqueeze_bias[index(q)] += du;
    for (int64_t c = 0; c < b.channels; c++) {
      int64_t i = q * b.channels + c;
      e.dsqueeze_weight[index(i)] += du * mean[c];
      dmean[n * b.channels + c] += du * static_cast<double>(run.squeeze_weight.get(i));
    }
  }
}

Expected expected(Run& run) {
  const Block& b = run.b;
  std::size_t tables = index(b.images * b.channels);
  Doubles mean(tables), dfactor(tables), factor(tables), dmean(tables);
  for (int64_t i = 0; i < run.elements(); i++) {
    std::size_t at = index(run.image(i) * b.channels + run.channel(i));
    double x = static_cast<double>(run.x.get(i));
    mean[at] += x / static_cast<double>(b.pixels);
    dfactor[at] += x * static_cast<double>(run.dy.get(i));
  }
  Expected e{Doubles(index(run.elements())), Doubles(index(run.weights())),
             Doubles(index(b.squeezed)), Doubles(index(run.weights())), Doubles(index(b.channels))};
  for (int64_t n = 0; n < b.images; n++) {
    add_image(run, n, mean.data() + n * b.channels, dfactor.data() + n * b.channels, factor.data(),
              dmean.data(), e);
  }
  for (int64_t i = 0; i < run.elements(); i++) {
    std::size_t at = index(run.image(i) * b.channels + run.channel(i));
    e.dx[index(i)] =
        static_cast<double>(run.dy.get(i)) * factor[at] + dmean[at] / static_cast<double>(b.pixels);
  }
  return e;
}

/// The largest difference against the largest value; NaN is a difference.
void matches(const char* isa, const std::string& what, Buffer& actual, const Doubles& wanted,
             double tolerance) {
  double size = 0;
  for (double v : wanted) {
    size = std::fmax(size, std::fabs(v));
  }
  for (std::size_t i = 0; i < wanted.size(); i++) {
    double got = static_cast<double>(actual.get(static_cast<int64_t>(i)));
    if (!(std::fabs(got - wanted[i]) <= tolerance * size)) {
      std::fprintf(stderr, "%s %s at %zu: expected %g, got %g (largest %g)\n", isa, what.c_str(), i,
                   wanted[i], got, size);
      check::failures++;
      return;
    }
  }
}

void run_matches(const char* isa, const Block& b) {
  Run run(b);
  Expected e = expected(run);
  run.execute();
  double tolerance = b.element == kF32 ? 2e-5 : 1.0 / 128;
  std::string text = run.text();
  matches(isa, "dx " + text, run.dx, e.dx, tolerance);
  matches(isa, "dsqueeze_weight " + text, run.dsqueeze_weight, e.dsqueeze_weight, tolerance);
  matches(isa, "dsqueeze_bias " + text, run.dsqueeze_bias, e.dsqueeze_bias, 2e-5);
  matches(isa, "dexcite_weight " + text, run.dexcite_weight, e.dexcite_weight, tolerance);
  matches(isa, "dexcite_bias " + text, run.dexcite_bias, e.dexcite_bias, 2e-5);
}

Block block(const Kernels* kernels, const yolo4j::activation::Kernels* activations) {
  return Block{
      kernels, activations, kF32, true, YOLO4J_ACTIVATION_SILU, YOLO4J_ACTIVATION_SIGMOID, 1,
      3,       24,          35,   8};
}

void shapes_match(const char* isa, const Block& like) {
  for (int32_t element : {kF32, kBf16}) {
    for (bool nhwc : {false, true}) {
      for (int64_t channels : {1, 3, 8, 17, 67, 96, 300}) {
        for (int64_t pixels : {1, 7, 8, 9, 35, 143}) {
          Block b = like;
          b.element = element;
          b.nhwc = nhwc;
          b.channels = channels;
          b.pixels = pixels;
          b.squeezed = channels % 2 == 0 ? channels / 4 : 5;
          run_matches(isa, b);
        }
      }
    }
  }
  Block b = like;
  b.activation = YOLO4J_ACTIVATION_RELU;
  b.gate = YOLO4J_ACTIVATION_HARDSIGMOID;
  run_matches(isa, b);
  // More than one part.
  b.images = 1;
  b.pixels = 1500;
  run_matches(isa, b);
  b.nhwc = false;
  b.channels = 2;
  b.pixels = 40000;
  run_matches(isa, b);
}

void threads_change_no_bit(const Block& like) {
  for (bool nhwc : {false, true}) {
    Block b = like;
    b.nhwc = nhwc;
    b.images = 5;
    Run one(b);
    one.execute();
    b.threads = 3;
    Run three(b);
    three.execute();
    CHECK(one.dx.bytes() == three.dx.bytes());
    CHECK(one.dsqueeze_weight.bytes() == three.dsqueeze_weight.bytes());
    CHECK(one.dexcite_weight.bytes() == three.dexcite_weight.bytes());
    CHECK(one.dsqueeze_bias.bytes() == three.dsqueeze_bias.bytes());
  }
}

void dx_may_be_dy_and_the_rest_left_out(const Block& b) {
  Run apart(b);
  apart.execute();
  Run run(b);
  Backward g = run.buffers();
  g.dx = run.dy.data();
  g.dsqueeze_weight = nullptr;
  g.dsqueeze_bias = nullptr;
  g.dexcite_weight = nullptr;
  g.dexcite_bias = nullptr;
  gradient(b, g);
  CHECK(run.dy.bytes() == apart.dx.bytes());
  CHECK(std::isnan(run.dsqueeze_weight.get(0)));
  Run weights(b);
  g = weights.buffers();
  g.dx = nullptr;
  gradient(b, g);
  CHECK(std::isnan(weights.dx.get(0)));
  CHECK(weights.dexcite_weight.bytes() == apart.dexcite_weight.bytes());
}

yolo4j_squeeze_excite valid(const Block& b) {
  yolo4j_squeeze_excite p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.layout = YOLO4J_LAYOUT_NHWC;
  p.activation = b.activation;
  p.gate = b.gate;
  p.threads = 1;
  p.images = b.images;
  p.channels = b.channels;
  p.pixels = b.pixels;
  p.squeezed = b.squeezed;
  return p;
}

void refused(Run& run, const Backward& g, const char* text) {
  yolo4j_squeeze_excite p = valid(run.b);
  CHECK_EQUAL(yolo4j_squeeze_excite_backward(&p, &g), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), text);
  CHECK(std::isnan(run.dx.get(0)));
}

void wrong_buffers_are_named_and_untouched(const Block& b) {
  Run run(b);
  Backward g = run.buffers();
  g.dy = nullptr;
  refused(run, g, "yolo4j_squeeze_excite_backward: dy must not be null");
  g = run.buffers();
  g.dexcite_weight = static_cast<char*>(run.dexcite_weight.data()) + 1;
  refused(run, g, "dexcite_weight must be aligned to 4 bytes, got ");
  g = run.buffers();
  g.workspace_bytes = 8;
  refused(run, g, "workspace must be aligned to 8 bytes and have ");
  g = run.buffers();
  g.struct_size = 8;
  refused(run, g, "struct_size must be from");
  yolo4j_squeeze_excite p = valid(b);
  g = run.buffers();
  int32_t isa = 0;
  if (yolo4j_dispatch_isa(&isa) == YOLO4J_OK) {
    CHECK_EQUAL(yolo4j_squeeze_excite_backward(&p, &g), YOLO4J_OK);
    CHECK(!std::isnan(run.dx.get(0)));
  }
}

}  // namespace

int main(int arguments, char** values) {
  const bool threads_alone = test_isas::is_threads(arguments, values);
  test_isas::for_each_isa("squeeze_excite gradients", family(),
                          [threads_alone](int32_t isa, const char* name, const Kernels* kernels) {
                            Block like = block(kernels, yolo4j::activation::family().exactly(isa));
                            threads_change_no_bit(like);
                            if (threads_alone) {
                              return;
                            }
                            shapes_match(name, like);
                            dx_may_be_dy_and_the_rest_left_out(like);
                            wrong_buffers_are_named_and_untouched(like);
                          });
  return check::result();
}
