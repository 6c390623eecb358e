// Activations: every instruction set that runs here, both types, against the formulas in double
// precision; in place, threads, special values, and what the public functions refuse.
#include "activation/activation.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"

namespace {

using namespace yolo4j::activation;
using test_buffers::Buffer;
using test_buffers::Noise;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

double forward_of(int32_t activation, double u) {
  double s = 1 / (1 + std::exp(-u));
  double gate = std::fmin(std::fmax(u + 3, 0), 6) / 6;
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return std::fmax(u, 0);
    case YOLO4J_ACTIVATION_RELU6:
      return std::fmin(std::fmax(u, 0), 6);
    case YOLO4J_ACTIVATION_SILU:
      return u * s;
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u * gate;
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return gate;
    case YOLO4J_ACTIVATION_SIGMOID:
      return s;
    default:
      return u;
  }
}

double derivative_of(int32_t activation, double u) {
  double s = 1 / (1 + std::exp(-u));
  switch (activation) {
    case YOLO4J_ACTIVATION_RELU:
      return u > 0 ? 1 : 0;
    case YOLO4J_ACTIVATION_RELU6:
      return u > 0 && u < 6 ? 1 : 0;
    case YOLO4J_ACTIVATION_SILU:
      return s * (1 + u / (1 + std::exp(u)));
    case YOLO4J_ACTIVATION_HARDSWISH:
      return u <= -3 ? 0 : u >= 3 ? 1 : u / 3 + 0.5;
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return u > -3 && u < 3 ? 1.0 / 6 : 0;
    case YOLO4J_ACTIVATION_SIGMOID:
      return s / (1 + std::exp(u));
    default:
      return 1;
  }
}

/// One problem; x crosses every branch and holds the kinks themselves.
struct Run {
  Run(const Kernels* kernels, int32_t element, int32_t activation, int64_t count)
      : e{kernels, element, activation, 1, count},
        x(element, count),
        dy(element, count),
        y(element, count),
        dx(element, count) {
    Noise noise(static_cast<uint32_t>(count * 7 + activation));
    const float kinks[] = {-3, 3, 0, 6, -0.0f, 1e-40f, -1e-40f, 100, -79.5f, -3.5f};
    constexpr int64_t kKinks = sizeof kinks / sizeof kinks[0];
    for (int64_t i = 0; i < count; i++) {
      x.set(i, i % 3 == 1 ? kinks[i / 3 % kKinks] : 9 * noise.next());
      dy.set(i, 2 * noise.next());
    }
  }

  void execute() {
    forward(e, x.data(), y.data());
    backward(e, x.data(), dy.data(), dx.data());
    for (const Buffer* buffer : {&x, &dy, &y, &dx}) {
      CHECK(buffer->guards_intact());
    }
  }

  Elementwise e;
  Buffer x, dy, y, dx;
};

void compare(const char* isa, const Run& run, const char* what, int64_t i, double actual,
             double expected, double size) {
  double storage = run.e.element == kF32 ? 0 : 1.0 / 256;
  // Products with 1/6 and sums with 3 are rounded before they cancel or underflow.
  if (!check::close(actual, expected, storage + 2e-6, 4e-7 * size + 2e-35)) {
    check::failures++;
    std::fprintf(stderr, "%s %s activation %d count %lld: %s[%lld] is %.9g instead of %.9g\n", isa,
                 run.e.element == kF32 ? "f32" : "bf16", run.e.activation,
                 static_cast<long long>(run.e.count), what, static_cast<long long>(i), actual,
                 expected);
  }
}

void check_run(const char* isa, const Kernels* kernels, int32_t element, int32_t activation,
               int64_t count) {
  Run run(kernels, element, activation, count);
  run.execute();
  for (int64_t i = 0; i < count; i++) {
    double u = static_cast<double>(run.x.get(i));
    double dy = static_cast<double>(run.dy.get(i));
    double size = std::fabs(u) <= 6 ? std::fabs(u) : 0;
    compare(isa, run, "y", i, static_cast<double>(run.y.get(i)), forward_of(activation, u), size);
    compare(isa, run, "dx", i, static_cast<double>(run.dx.get(i)),
            dy * derivative_of(activation, u), std::fabs(dy));
  }
  Run in_place(kernels, element, activation, count);
  backward(in_place.e, in_place.x.data(), in_place.dy.data(), in_place.dy.data());
  forward(in_place.e, in_place.x.data(), in_place.x.data());
  CHECK(in_place.dy.bytes() == run.dx.bytes());
  CHECK(in_place.x.bytes() == run.y.bytes());
}

void every_count_matches(const char* isa, const Kernels* kernels) {
  for (int32_t activation = 0; activation < kActivations; activation++) {
    for (int32_t element : {kF32, kBf16}) {
      for (int64_t count : {1, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 19, 31, 32, 33, 35, 67, 1100}) {
        check_run(isa, kernels, element, activation, count);
      }
    }
  }
}

void threads_change_no_bit(const char* isa, const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    for (int32_t activation : {YOLO4J_ACTIVATION_SILU, YOLO4J_ACTIVATION_HARDSWISH}) {
      Run one(kernels, element, activation, 5003);
      one.execute();
      for (int32_t threads : {2, 3, 7}) {
        Run many(kernels, element, activation, 5003);
        many.e.threads = threads;
        many.execute();
        if (one.y.bytes() != many.y.bytes() || one.dx.bytes() != many.dx.bytes()) {
          check::failures++;
          std::fprintf(stderr, "%s: %d threads give other bits than one\n", isa, threads);
        }
      }
    }
  }
}

/// A NaN all of whose bits are set, as in memory that nobody wrote.
float unwritten() {
  const uint32_t bits = 0xffffffff;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// What a special value gives, forward and backward for dy = 2; SiLU of −∞ is left open.
void specials_are_as_documented(const char* isa, const Kernels* kernels) {
  struct {
    int32_t activation;
    float x, y, dx;
  } const cases[] = {{YOLO4J_ACTIVATION_NONE, kNan, kNan, 2},
                     {YOLO4J_ACTIVATION_RELU, kNan, kNan, 2},
                     {YOLO4J_ACTIVATION_RELU6, kNan, kNan, 2},
                     {YOLO4J_ACTIVATION_SILU, kNan, kNan, kNan},
                     {YOLO4J_ACTIVATION_HARDSWISH, kNan, kNan, kNan},
                     {YOLO4J_ACTIVATION_HARDSIGMOID, kNan, kNan, 0},
                     {YOLO4J_ACTIVATION_SIGMOID, kNan, kNan, kNan},
                     {YOLO4J_ACTIVATION_SILU, unwritten(), kNan, kNan},
                     {YOLO4J_ACTIVATION_HARDSWISH, unwritten(), kNan, kNan},
                     {YOLO4J_ACTIVATION_SIGMOID, unwritten(), kNan, kNan},
                     {YOLO4J_ACTIVATION_NONE, kInfinity, kInfinity, 2},
                     {YOLO4J_ACTIVATION_RELU, kInfinity, kInfinity, 2},
                     {YOLO4J_ACTIVATION_RELU6, kInfinity, 6, 0},
                     {YOLO4J_ACTIVATION_HARDSWISH, kInfinity, kInfinity, 2},
                     {YOLO4J_ACTIVATION_HARDSIGMOID, kInfinity, 1, 0},
                     {YOLO4J_ACTIVATION_SIGMOID, kInfinity, 1, 0},
                     {YOLO4J_ACTIVATION_RELU, -kInfinity, 0, 0},
                     {YOLO4J_ACTIVATION_RELU6, -kInfinity, 0, 0},
                     {YOLO4J_ACTIVATION_HARDSWISH, -kInfinity, kNan, 0},
                     {YOLO4J_ACTIVATION_HARDSIGMOID, -kInfinity, 0, 0},
                     {YOLO4J_ACTIVATION_SIGMOID, -kInfinity, 0, 0},
                     {YOLO4J_ACTIVATION_RELU, -0.0f, 0, 0},
                     {YOLO4J_ACTIVATION_HARDSWISH, -3, 0, 0},
                     {YOLO4J_ACTIVATION_HARDSWISH, 3, 3, 2},
                     {YOLO4J_ACTIVATION_HARDSIGMOID, -3, 0, 0},
                     {YOLO4J_ACTIVATION_HARDSIGMOID, 3, 1, 0},
                     {YOLO4J_ACTIVATION_RELU6, 6, 6, 0}};
  for (const auto& one : cases) {
    for (int32_t element : {kF32, kBf16}) {
      Run run(kernels, element, one.activation, 21);
      for (int64_t i = 0; i < run.e.count; i++) {
        run.x.set(i, one.x);
        run.dy.set(i, 2);
      }
      run.execute();
      for (int64_t i : {0, 20}) {
        double y = static_cast<double>(run.y.get(i));
        double dx = static_cast<double>(run.dx.get(i));
        if (!check::close(y, static_cast<double>(one.y), 1e-6, 2e-35) ||
            !check::close(dx, static_cast<double>(one.dx), 1e-6, 4e-35)) {
          check::failures++;
          std::fprintf(stderr, "%s activation %d of %g: %g and %g instead of %g and %g\n", isa,
                       one.activation, static_cast<double>(one.x), y, dx,
                       static_cast<double>(one.y), static_cast<double>(one.dx));
        }
      }
    }
  }
}

/// A NaN stays with its element.
void nan_changes_no_neighbour(const Kernels* kernels) {
  for (int32_t activation = 0; activation < kActivations; activation++) {
    Run clean(kernels, kF32, activation, 37);
    clean.execute();
    Run run(kernels, kF32, activation, 37);
    run.x.set(36, kNan);
    run.x.set(11, kNan);
    run.execute();
    for (int64_t i = 0; i < 37; i++) {
      CHECK(i == 11 || i == 36 ? std::isnan(run.y.get(i)) : run.y.get(i) == clean.y.get(i));
    }
  }
}

yolo4j_elementwise valid() {
  yolo4j_elementwise p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.activation = YOLO4J_ACTIVATION_HARDSIGMOID;
  p.threads = 2;
  p.count = 70001;
  return p;
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_elementwise::*field, Value value, int32_t status, const char* text) {
  yolo4j_elementwise p = valid();
  p.*field = static_cast<Field>(value);
  Buffer x(kF32, 4);
  Buffer y(kF32, 4);
  Buffer untouched(kF32, 4);
  std::string message = std::string("yolo4j_activation_forward: ") + text;
  CHECK_EQUAL(yolo4j_activation_forward(&p, x.data(), y.data()), status);
  CHECK_TEXT(yolo4j_last_error(), message.c_str());
  CHECK(y.bytes() == untouched.bytes());
  message = std::string("yolo4j_activation_backward: ") + text;
  CHECK_EQUAL(yolo4j_activation_backward(&p, x.data(), x.data(), y.data()), status);
  CHECK_TEXT(yolo4j_last_error(), message.c_str());
  CHECK(y.bytes() == untouched.bytes());
}

void wrong_parameters_are_named() {
  using P = yolo4j_elementwise;
  Buffer x(kF32, 4);
  CHECK_EQUAL(yolo4j_activation_forward(nullptr, x.data(), x.data()), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_activation_forward: the structure must not be null");
  refused_with(&P::struct_size, 4, YOLO4J_INVALID_ARGUMENT,
               "struct_size must be from 24 to 24, got 4; header and library differ");
  refused_with(&P::dtype, YOLO4J_DTYPE_I8, YOLO4J_UNSUPPORTED,
               "dtype must be f32 or bf16, got i8 (6)");
  refused_with(&P::activation, 7, YOLO4J_INVALID_ARGUMENT, "activation must be from 0 to 6, got 7");
  refused_with(&P::activation, -1, YOLO4J_INVALID_ARGUMENT,
               "activation must be from 0 to 6, got -1");
  refused_with(&P::threads, 0, YOLO4J_INVALID_ARGUMENT, "threads must be at least 1, got 0");
  refused_with(&P::count, 0, YOLO4J_INVALID_ARGUMENT,
               "count must be positive and below 2^57, got 0");
  refused_with(&P::count, INT64_MAX, YOLO4J_INVALID_ARGUMENT,
               "count must be positive and below 2^57, got 9223372036854775807");
}

void wrong_buffers_are_named() {
  yolo4j_elementwise p = valid();
  p.count = 3;
  Buffer x(kF32, 4);
  char* odd = static_cast<char*>(x.data()) + 2;
  CHECK_EQUAL(yolo4j_activation_forward(&p, nullptr, x.data()), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_activation_forward: x must not be null");
  CHECK_EQUAL(yolo4j_activation_forward(&p, x.data(), odd), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "y must be aligned to 4 bytes, got ");
  CHECK_EQUAL(yolo4j_activation_backward(&p, x.data(), nullptr, x.data()), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_activation_backward: dy must not be null");
  CHECK_EQUAL(yolo4j_activation_backward(&p, x.data(), x.data(), odd), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "dx must be aligned to 4 bytes, got ");
  CHECK(std::isnan(x.get(0)));
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  yolo4j_elementwise p = valid();
  Buffer probe(kF32, p.count);
  int32_t status = yolo4j_activation_forward(&p, probe.data(), probe.data());
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  Run direct(family().best(isa), kF32, p.activation, p.count);
  direct.execute();
  Run run(nullptr, kF32, p.activation, p.count);
  CHECK_EQUAL(yolo4j_activation_forward(&p, run.x.data(), run.y.data()), YOLO4J_OK);
  CHECK_EQUAL(yolo4j_activation_backward(&p, run.x.data(), run.dy.data(), run.dx.data()),
              YOLO4J_OK);
  CHECK(run.y.bytes() == direct.y.bytes());
  CHECK(run.dx.bytes() == direct.dx.bytes());
  return check::result();
}

}  // namespace

int main(int arguments, char** values) {
  const bool threads_alone = test_isas::is_threads(arguments, values);
  if (arguments > 1 && !threads_alone) {
    return dispatched();
  }
  wrong_parameters_are_named();
  wrong_buffers_are_named();
  test_isas::for_each_isa("activation", family(),
                          [threads_alone](int32_t, const char* name, const Kernels* kernels) {
                            threads_change_no_bit(name, kernels);
                            if (threads_alone) {
                              return;
                            }
                            every_count_matches(name, kernels);
                            specials_are_as_documented(name, kernels);
                            nan_changes_no_neighbour(kernels);
                          });
  return check::result();
}
