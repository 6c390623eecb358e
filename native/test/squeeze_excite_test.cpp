// Squeeze and excite: every instruction set that runs here, both types and layouts, against the
// definition in double precision; threads, special values, and what the public functions refuse.
#include "squeeze_excite/squeeze_excite.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"

namespace {

using namespace yolo4j::squeeze_excite;
using test_buffers::Buffer;
using test_buffers::Noise;

/// The kernels of an instruction set.
struct Isa {
  const char* name;
  const Kernels* kernels;
  const yolo4j::activation::Kernels* activations;
};

Block block(const Isa& isa, int32_t element, bool nhwc, int64_t images, int64_t channels,
            int64_t pixels, int64_t squeezed) {
  return Block{isa.kernels,
               isa.activations,
               element,
               nhwc,
               YOLO4J_ACTIVATION_RELU,
               YOLO4J_ACTIVATION_HARDSIGMOID,
               1,
               images,
               channels,
               pixels,
               squeezed};
}

/// One problem with its buffers; y and the workspace hold NaN.
struct Run {
  explicit Run(const Block& wanted)
      : b(wanted),
        x(b.element, b.images * b.channels * b.pixels),
        pooled(kF32, b.images * b.channels),
        squeeze_weight(b.element, b.squeezed * b.channels),
        squeeze_bias(kF32, b.squeezed),
        excite_weight(b.element, b.squeezed * b.channels),
        excite_bias(kF32, b.channels),
        y(b.element, b.images * b.channels * b.pixels),
        bytes((workspace(b) + 7) / 8 * 8),
        memory(kF32, bytes / 4) {
    Noise noise(static_cast<uint32_t>(11 + b.channels * 31 + b.pixels));
    // Not around zero, or the means would be nothing but rounding.
    for (int64_t i = 0; i < elements(); i++) {
      x.set(i, 2 * noise.next() + static_cast<float>(channel(i) % 3) - 0.7f);
    }
    fill(pooled, b.images * b.channels, noise, 2);
    float size = 3 / std::sqrt(static_cast<float>(b.channels));
    fill(squeeze_weight, b.squeezed * b.channels, noise, size);
    fill(squeeze_bias, b.squeezed, noise, 1);
    fill(excite_weight, b.squeezed * b.channels, noise, 2);
    fill(excite_bias, b.channels, noise, 1);
  }

  int64_t elements() const { return b.images * b.channels * b.pixels; }
  int64_t channel(int64_t i) const { return b.nhwc ? i % b.channels : i / b.pixels % b.channels; }
  int64_t image(int64_t i) const { return i / b.pixels / b.channels; }

  static void fill(Buffer& buffer, int64_t count, Noise& noise, float size) {
    for (int64_t i = 0; i < count; i++) {
      buffer.set(i, size * noise.next());
    }
  }

  Buffers buffers(bool with_pooled, bool with_bias) {
    Buffers f = {};
    f.struct_size = sizeof f;
    f.x = x.data();
    f.pooled = with_pooled ? pooled.floats() : nullptr;
    f.squeeze_weight = squeeze_weight.data();
    f.squeeze_bias = with_bias ? squeeze_bias.floats() : nullptr;
    f.excite_weight = excite_weight.data();
    f.excite_bias = with_bias ? excite_bias.floats() : nullptr;
    f.y = y.data();
    f.workspace = memory.data();
    f.workspace_bytes = bytes;
    return f;
  }

  void execute(bool with_pooled, bool with_bias) {
    run(b, buffers(with_pooled, with_bias));
    for (const Buffer* buffer :
         {&x, &pooled, &squeeze_weight, &squeeze_bias, &excite_weight, &excite_bias, &y, &memory}) {
      CHECK(buffer->guards_intact());
    }
  }

  std::string text() const {
    return std::string(b.element == kF32 ? "f32" : "bf16") + (b.nhwc ? " nhwc [" : " nchw [") +
           std::to_string(b.images) + "," + std::to_string(b.channels) + "," +
           std::to_string(b.pixels) + "] squeezed " + std::to_string(b.squeezed) + " activation " +
           std::to_string(b.activation) + " gate " + std::to_string(b.gate);
  }

  Block b;
  Buffer x, pooled, squeeze_weight, squeeze_bias, excite_weight, excite_bias, y;
  int64_t bytes;
  Buffer memory;
};

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
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      return std::fmin(std::fmax(u + 3, 0), 6) / 6;
    case YOLO4J_ACTIVATION_SIGMOID:
      return 1 / (1 + std::exp(-u));
    default:
      return u;
  }
}

/// What x is multiplied by, [images][channels].
std::vector<double> factors(Run& run, bool with_pooled, bool with_bias) {
  const Block& b = run.b;
  std::vector<double> means(static_cast<std::size_t>(b.images * b.channels));
  for (int64_t i = 0; i < run.elements(); i++) {
    means[static_cast<std::size_t>(run.image(i) * b.channels + run.channel(i))] +=
        static_cast<double>(run.x.get(i)) / static_cast<double>(b.pixels);
  }
  std::vector<double> result(means.size());
  for (int64_t n = 0; n < b.images; n++) {
    std::vector<double> hidden(static_cast<std::size_t>(b.squeezed));
    for (int64_t q = 0; q < b.squeezed; q++) {
      double sum = with_bias ? static_cast<double>(run.squeeze_bias.get(q)) : 0;
      for (int64_t c = 0; c < b.channels; c++) {
        double mean = with_pooled ? static_cast<double>(run.pooled.get(n * b.channels + c))
                                  : means[static_cast<std::size_t>(n * b.channels + c)];
        sum += static_cast<double>(run.squeeze_weight.get(q * b.channels + c)) * mean;
      }
      hidden[static_cast<std::size_t>(q)] = activated(b.activation, sum);
    }
    for (int64_t c = 0; c < b.channels; c++) {
      double sum = with_bias ? static_cast<double>(run.excite_bias.get(c)) : 0;
      for (int64_t q = 0; q < b.squeezed; q++) {
        sum += static_cast<double>(run.excite_weight.get(c * b.squeezed + q)) *
               hidden[static_cast<std::size_t>(q)];
      }
      result[static_cast<std::size_t>(n * b.channels + c)] = activated(b.gate, sum);
    }
  }
  return result;
}

void check_run(const char* isa, const Block& problem, bool with_pooled, bool with_bias) {
  Run run(problem);
  run.execute(with_pooled, with_bias);
  std::vector<double> scale = factors(run, with_pooled, with_bias);
  double storage = problem.element == kF32 ? 0 : 1.0 / 256;
  int64_t wrong = 0;
  int64_t first = -1;
  for (int64_t i = 0; i < run.elements(); i++) {
    double x = static_cast<double>(run.x.get(i));
    double factor =
        scale[static_cast<std::size_t>(run.image(i) * problem.channels + run.channel(i))];
    // The factor's error comes from sums of terms that cancel: it is absolute.
    if (!check::close(static_cast<double>(run.y.get(i)), x * factor, storage + 1e-6,
                      1e-5 * std::fabs(x))) {
      first = wrong == 0 ? i : first;
      wrong++;
    }
  }
  if (wrong > 0) {
    check::failures++;
    std::fprintf(stderr, "%s %s: %lld of %lld wrong, the first at %lld, got %.9g from %.9g\n", isa,
                 run.text().c_str(), static_cast<long long>(wrong),
                 static_cast<long long>(run.elements()), static_cast<long long>(first),
                 static_cast<double>(run.y.get(first)), static_cast<double>(run.x.get(first)));
  }
  // In place, the same bits.
  Run in_place(problem);
  Buffers buffers = in_place.buffers(with_pooled, with_bias);
  buffers.y = in_place.x.data();
  yolo4j::squeeze_excite::run(problem, buffers);
  CHECK(in_place.x.bytes() == run.y.bytes());
}

void every_shape_matches(const Isa& isa) {
  for (bool nhwc : {false, true}) {
    for (int32_t element : {kF32, kBf16}) {
      for (int64_t images : {1, 3}) {
        for (int64_t channels : {1, 3, 8, 17, 96, 260}) {
          for (int64_t pixels : {1, 3, 7, 16, 19, 35, 247}) {
            int64_t squeezed = channels == 96 ? 24 : channels == 260 ? 67 : (channels + 3) / 2 + 1;
            check_run(isa.name, block(isa, element, nhwc, images, channels, pixels, squeezed),
                      pixels == 7, channels != 8);
          }
        }
      }
    }
  }
}

/// Parts, and one element more and less than some of them.
void large_images_match(const Isa& isa) {
  for (bool nhwc : {false, true}) {
    for (int64_t pixels : {16383, 16384, 16385, 35000}) {
      check_run(isa.name, block(isa, kF32, nhwc, 2, 2, pixels, 1), false, true);
    }
    check_run(isa.name, block(isa, kF32, nhwc, 5, 96, 361, 24), false, true);
    check_run(isa.name, block(isa, kBf16, nhwc, 2, 288, 130, 72), false, true);
  }
}

void activations_match(const Isa& isa) {
  for (int32_t activation = 0; activation <= YOLO4J_ACTIVATION_HARDSWISH; activation++) {
    for (int32_t gate : {YOLO4J_ACTIVATION_HARDSIGMOID, YOLO4J_ACTIVATION_SIGMOID}) {
      Block b = block(isa, kF32, true, 2, 24, 20, 9);
      b.activation = activation;
      b.gate = gate;
      check_run(isa.name, b, false, true);
    }
  }
}

void threads_change_no_bit(const Isa& isa) {
  for (bool nhwc : {false, true}) {
    for (int64_t images : {1, 3, 8}) {
      for (int32_t element : {kF32, kBf16}) {
        Block b = block(isa, element, nhwc, images, 96, 800, 24);
        Run one(b);
        one.execute(false, true);
        for (int32_t threads : {2, 3, 7}) {
          b.threads = threads;
          Run many(b);
          many.execute(false, true);
          if (one.y.bytes() != many.y.bytes()) {
            check::failures++;
            std::fprintf(stderr, "%s %s: %d threads give other bits than one\n", isa.name,
                         one.text().c_str(), threads);
          }
        }
      }
    }
  }
}

/// A NaN makes its own image NaN, which shows, and no other.
void nan_stays_in_its_image(const Isa& isa) {
  for (bool nhwc : {false, true}) {
    Run run(block(isa, kF32, nhwc, 3, 17, 30, 5));
    run.x.set(17 * 30 + 200, std::numeric_limits<float>::quiet_NaN());
    run.execute(false, true);
    for (int64_t i = 0; i < run.elements(); i++) {
      CHECK(std::isnan(run.y.get(i)) == (run.image(i) == 1));
    }
  }
}

yolo4j_squeeze_excite valid() {
  yolo4j_squeeze_excite p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.layout = YOLO4J_LAYOUT_NHWC;
  p.activation = YOLO4J_ACTIVATION_RELU;
  p.gate = YOLO4J_ACTIVATION_HARDSIGMOID;
  p.threads = 1;
  p.images = 2;
  p.channels = 24;
  p.pixels = 35;
  p.squeezed = 6;
  return p;
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_squeeze_excite::*field, Value value, int32_t status,
                  const char* text) {
  yolo4j_squeeze_excite p = valid();
  p.*field = static_cast<Field>(value);
  int64_t bytes = -7;
  std::string message = std::string("yolo4j_squeeze_excite_workspace: ") + text;
  CHECK_EQUAL(yolo4j_squeeze_excite_workspace(&p, &bytes), status);
  CHECK_EQUAL(bytes, -7);
  CHECK_TEXT(yolo4j_last_error(), message.c_str());
}

void wrong_parameters_are_named() {
  using P = yolo4j_squeeze_excite;
  const int32_t bad = YOLO4J_INVALID_ARGUMENT;
  yolo4j_squeeze_excite p = valid();
  CHECK_EQUAL(yolo4j_squeeze_excite_workspace(&p, nullptr), bad);
  CHECK_EQUAL(yolo4j_squeeze_excite_workspace(nullptr, nullptr), bad);
  refused_with(&P::struct_size, 8, bad,
               "struct_size must be from 56 to 56, got 8; header and library differ");
  refused_with(&P::dtype, YOLO4J_DTYPE_F16, YOLO4J_UNSUPPORTED,
               "dtype must be f32 or bf16, got f16 (2)");
  refused_with(&P::layout, 0, bad, "layout must be 1 (NCHW) or 2 (NHWC), got 0");
  refused_with(&P::activation, 5, bad, "activation must be from 0 to 4, got 5");
  refused_with(&P::gate, 4, bad, "gate must be 5 (hardsigmoid) or 6 (sigmoid), got 4");
  refused_with(&P::threads, 0, bad, "threads must be at least 1, got 0");
  refused_with(&P::images, 0, bad,
               "images, channels and pixels must be positive and their product below 2^48, got 0, "
               "24, 35");
  refused_with(&P::pixels, INT64_MAX, bad,
               "images, channels and pixels must be positive and their product below 2^48, got 2, "
               "24, 9223372036854775807");
  refused_with(
      &P::squeezed, INT64_MAX / 4, bad,
      "squeezed must be positive, and below 2^48 when multiplied by images or by channels, got "
      "2305843009213693951 (images 2, channels 24)");
  refused_with(
      &P::squeezed, 0, bad,
      "squeezed must be positive, and below 2^48 when multiplied by images or by channels, got 0 "
      "(images 2, channels 24)");
}

/// Runs after one field is spoilt: refused with the text, and y is as before.
template <typename Spoil>
void refused_buffers(const Spoil& spoil, const char* text) {
  yolo4j_squeeze_excite p = valid();
  Isa isa = {"scalar", &kScalar, &yolo4j::activation::kScalar};
  Run run(block(isa, kF32, true, 2, 24, 35, 6));
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_squeeze_excite_workspace(&p, &bytes), YOLO4J_OK);
  std::vector<double> memory(static_cast<std::size_t>(bytes) / 8 + 1);
  Buffers b = run.buffers(true, true);
  b.workspace = memory.data();
  b.workspace_bytes = bytes;
  Buffer untouched(kF32, run.elements());
  spoil(b);
  CHECK_EQUAL(yolo4j_squeeze_excite_run(&p, &b), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), (std::string("yolo4j_squeeze_excite_run: ") + text).c_str());
  CHECK(run.y.bytes() == untouched.bytes());
}

template <typename Pointer>
void shift(Pointer& pointer, int64_t bytes) {
  pointer = reinterpret_cast<Pointer>(reinterpret_cast<std::uintptr_t>(pointer) +
                                      static_cast<std::uintptr_t>(bytes));
}

void wrong_buffers_are_named_and_untouched() {
  refused_buffers([](Buffers& b) { b.x = nullptr; }, "x must not be null");
  refused_buffers([](Buffers& b) { b.y = nullptr; }, "y must not be null");
  refused_buffers([](Buffers& b) { b.squeeze_weight = nullptr; },
                  "squeeze_weight must not be null");
  refused_buffers([](Buffers& b) { b.excite_weight = nullptr; }, "excite_weight must not be null");
  refused_buffers([](Buffers& b) { shift(b.y, 2); }, "y must be aligned to 4 bytes, got ");
  refused_buffers([](Buffers& b) { shift(b.pooled, 1); }, "pooled must be aligned to 4 bytes");
  refused_buffers([](Buffers& b) { b.workspace = nullptr; },
                  "workspace must be aligned to 8 bytes and have ");
  refused_buffers([](Buffers& b) { shift(b.workspace, 4); },
                  "workspace must be aligned to 8 bytes and have ");
  refused_buffers([](Buffers& b) { b.workspace_bytes--; },
                  "workspace must be aligned to 8 bytes and have ");
  refused_buffers([](Buffers& b) { b.struct_size = 4; }, "struct_size must be from ");
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  yolo4j_squeeze_excite p = valid();
  int64_t bytes = 0;
  int32_t status = yolo4j_squeeze_excite_workspace(&p, &bytes);
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  Isa best = {"best", family().best(isa), yolo4j::activation::family().best(isa)};
  Run direct(block(best, kF32, true, 2, 24, 35, 6));
  direct.execute(false, true);
  Run run(direct.b);
  std::vector<double> memory(static_cast<std::size_t>(bytes) / 8 + 1);
  Buffers b = run.buffers(false, true);
  b.workspace = memory.data();
  b.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_squeeze_excite_run(&p, &b), YOLO4J_OK);
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
  test_isas::for_each_isa("squeeze_excite", family(),
                          [threads_alone](int32_t code, const char* name, const Kernels* kernels) {
                            Isa isa = {name, kernels, yolo4j::activation::family().exactly(code)};
                            threads_change_no_bit(isa);
                            if (threads_alone) {
                              return;
                            }
                            every_shape_matches(isa);
                            large_images_match(isa);
                            activations_match(isa);
                            nan_stays_in_its_image(isa);
                          });
  return check::result();
}
