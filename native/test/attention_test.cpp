// Attention: every instruction set that runs here, both types, against the definition in double
// precision; sizes around every tile, slices, large scores, NaN, threads, and what the public
// functions refuse.
#include "attention/attention.h"

#include <cmath>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"

namespace {

using namespace yolo4j::attention;
using test_buffers::Buffer;
using test_buffers::Noise;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

yolo4j_attention map(int64_t images, int64_t pixels, int32_t heads, int64_t width) {
  yolo4j_attention p{};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.threads = 1;
  p.heads = heads;
  p.images = images;
  p.pixels = pixels;
  p.channels = heads * width;
  p.x_pixel_stride = 3 * p.channels;
  p.y_pixel_stride = p.channels;
  return p;
}

/// One run; x is a slice of a map with `gap` more channels, y of one with twice as many.
struct Case {
  Case(const Kernels* kernels, int32_t element, const yolo4j_attention& given, int64_t gap = 0)
      : a{kernels, element, sliced(given, element, gap)},
        x(element, elements(a.given.x_pixel_stride, 3 * given.channels)),
        y(element, elements(a.given.y_pixel_stride, given.channels)) {
    Noise noise(static_cast<uint32_t>(given.pixels * 31 + given.channels));
    fill([&noise](int64_t, int64_t) { return 2 * noise.next(); });
  }

  static yolo4j_attention sliced(yolo4j_attention given, int32_t element, int64_t gap) {
    given.dtype = element == kF32 ? YOLO4J_DTYPE_F32 : YOLO4J_DTYPE_BF16;
    given.x_pixel_stride += gap;
    given.y_pixel_stride += 2 * gap;
    return given;
  }

  /// The last pixel of a slice ends with its own channels.
  int64_t elements(int64_t stride, int64_t channels) const {
    return (a.given.images * a.given.pixels - 1) * stride + channels;
  }

  /// Sets x's values by pixel and channel.
  template <typename Value>
  void fill(const Value& value) {
    for (int64_t i = 0; i < a.given.images * a.given.pixels; i++) {
      for (int64_t c = 0; c < 3 * a.given.channels; c++) {
        set_x(i, c, value(i, c));
      }
    }
  }

  void set_x(int64_t pixel, int64_t channel, float value) {
    x.set(pixel * a.given.x_pixel_stride + channel, value);
  }

  double x_at(int64_t pixel, int64_t channel) {
    return static_cast<double>(x.get(pixel * a.given.x_pixel_stride + channel));
  }

  double y_at(int64_t pixel, int64_t channel) {
    return static_cast<double>(y.get(pixel * a.given.y_pixel_stride + channel));
  }

  /// With exactly the workspace that is asked for, NaN at first.
  void run() {
    Buffer workspace(kF32, threads(a) * thread_floats(a));
    yolo4j::attention::run(a, x.data(), y.data(), workspace.floats());
    CHECK(workspace.guards_intact());
    CHECK(x.guards_intact());
    CHECK(y.guards_intact());
  }

  /// A pixel's row of results for a head.
  std::vector<double> expected(int64_t pixel, int64_t head) {
    const yolo4j_attention& g = a.given;
    const int64_t first = pixel / g.pixels * g.pixels;
    const int64_t from = head * a.width();
    std::vector<double> scores;
    double most = -std::numeric_limits<double>::infinity();
    for (int64_t j = first; j < first + g.pixels; j++) {
      double sum = 0;
      for (int64_t c = from; c < from + a.width(); c++) {
        sum += x_at(pixel, c) * x_at(j, g.channels + c);
      }
      scores.push_back(sum / std::sqrt(static_cast<double>(a.width())));
      most = std::fmax(most, scores.back());
    }
    double total = 0;
    std::vector<double> sums(static_cast<std::size_t>(a.width()));
    for (int64_t j = 0; j < g.pixels; j++) {
      const double weight = std::exp(scores[static_cast<std::size_t>(j)] - most);
      total += weight;
      for (int64_t c = 0; c < a.width(); c++) {
        sums[static_cast<std::size_t>(c)] += weight * x_at(first + j, 2 * g.channels + from + c);
      }
    }
    for (double& sum : sums) {
      sum /= total;
    }
    return sums;
  }

  void check(const char* isa, double tolerance) {
    run();
    const double rounding = a.element == kF32 ? 1e-6 : 1.0 / 256;
    int64_t wrong = 0;
    for (int64_t pixel = 0; pixel < a.given.images * a.given.pixels; pixel++) {
      for (int64_t head = 0; head < a.given.heads; head++) {
        const std::vector<double> wanted = expected(pixel, head);
        for (int64_t c = 0; c < a.width(); c++) {
          const double actual = y_at(pixel, head * a.width() + c);
          const double right = wanted[static_cast<std::size_t>(c)];
          if (!check::close(actual, right, rounding, tolerance) && wrong++ == 0) {
            report(isa, pixel, head * a.width() + c, actual, right);
          }
        }
      }
    }
    check::failures += wrong > 0 ? 1 : 0;
    gaps_stay();
  }

  void report(const char* isa, int64_t pixel, int64_t channel, double actual, double right) const {
    std::fprintf(stderr, "%s %s %lld pixels, %d heads of %lld: [%lld %lld] is %g instead of %g\n",
                 isa, a.element == kF32 ? "f32" : "bf16", static_cast<long long>(a.given.pixels),
                 a.given.heads, static_cast<long long>(a.width()), static_cast<long long>(pixel),
                 static_cast<long long>(channel), actual, right);
  }

  /// What lies between the slice's pixels stays as it was.
  void gaps_stay() {
    for (int64_t pixel = 0; pixel + 1 < a.given.images * a.given.pixels; pixel++) {
      for (int64_t c = a.given.channels; c < a.given.y_pixel_stride; c++) {
        CHECK(std::isnan(y_at(pixel, c)));
      }
    }
  }

  Attention a;
  Buffer x, y;
};

void definition_holds(const char* isa, const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    for (int64_t width : {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65}) {
      for (int64_t pixels :
           {int64_t{1}, int64_t{2}, int64_t{7}, kernels->queries - 1, kernels->queries,
            kernels->queries + 1, int64_t{49}, kKeys - 1, kKeys, kKeys + 1, 2 * kKeys + 3}) {
        Case(kernels, element, map(2, pixels, 2, width), width % 3).check(isa, 1e-5);
      }
    }
    Case(kernels, element, map(1, 400, 4, 32)).check(isa, 1e-5);
    Case(kernels, element, map(2, 401, 3, 20), 5).check(isa, 1e-5);
  }
}

/// Scores of small whole numbers are exact in both precisions, however large the weights' range.
void large_scores_match(const char* isa, const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    for (int32_t order : {-1, 0, 1}) {
      Case run(kernels, element, map(1, 200, 2, 16));
      Noise noise(3);
      run.fill([&](int64_t pixel, int64_t c) {
        // Keys that grow or shrink: the largest score is in the last block, or in the first.
        const float whole = std::nearbyint(8 * noise.next());
        const bool key = c >= 32 && c < 64;
        return c >= 64              ? noise.next()
               : key && order != 0  ? static_cast<float>(order * static_cast<int32_t>(pixel))
               : !key && order != 0 ? std::fabs(whole)
                                    : whole;
      });
      run.check(isa, 1e-5);
    }
  }
}

/// y by bits, with a value put into x.
std::vector<unsigned char> bits_with(Case* run, int64_t pixel, int64_t channel, float value) {
  const float before = static_cast<float>(run->x_at(pixel, channel));
  run->set_x(pixel, channel, value);
  run->run();
  run->set_x(pixel, channel, before);
  return run->y.bytes();
}

/// Which results change to NaN when x has one: all others keep their bits.
template <typename Reached>
void nan_reaches(const char* isa, Case* run, int64_t pixel, int64_t channel, float value,
                 const Reached& reached) {
  run->run();
  Buffer clean = run->y;
  bits_with(run, pixel, channel, value);
  for (int64_t i = 0; i < run->a.given.images * run->a.given.pixels; i++) {
    for (int64_t c = 0; c < run->a.given.channels; c++) {
      const double before = static_cast<double>(clean.get(i * run->a.given.y_pixel_stride + c));
      const double wanted = reached(i, c) ? static_cast<double>(kNan) : before;
      if (!check::close(run->y_at(i, c), wanted, 0, 0)) {
        check::failures++;
        std::fprintf(stderr, "%s NaN at [%lld %lld]: ", isa, static_cast<long long>(pixel),
                     static_cast<long long>(channel));
        run->report(isa, i, c, run->y_at(i, c), wanted);
        return;
      }
    }
  }
}

void nan_goes_where_it_belongs(const char* isa, const Kernels* kernels) {
  float all_bits;
  const uint32_t ones = 0xffffffff;
  std::memcpy(&all_bits, &ones, sizeof all_bits);
  const int64_t pixels = 150;
  for (int32_t element : {kF32, kBf16}) {
    Case run(kernels, element, map(2, pixels, 3, 5));
    for (int64_t pixel : {int64_t{0}, kKeys - 1, kKeys, pixels - 1, pixels + 77}) {
      for (float value : {kNan, all_bits}) {
        const int64_t image = pixel / pixels;
        nan_reaches(isa, &run, pixel, 7, value,
                    [&](int64_t i, int64_t c) { return i == pixel && c / 5 == 1; });
        nan_reaches(isa, &run, pixel, 15 + 7, value,
                    [&](int64_t i, int64_t c) { return i / pixels == image && c / 5 == 1; });
        nan_reaches(isa, &run, pixel, 30 + 7, value,
                    [&](int64_t i, int64_t c) { return i / pixels == image && c == 7; });
      }
    }
  }
}

/// An infinite value makes all means of its channel infinite, an infinite key's scores have no
/// mean.
void infinities_go_on(const Kernels* kernels) {
  Case run(kernels, kF32, map(1, 70, 1, 4));
  run.set_x(66, 8 + 1, kInfinity);
  run.run();
  CHECK(run.y_at(3, 1) > 1e38);
  CHECK(std::isfinite(run.y_at(3, 2)));
  run.fill([](int64_t, int64_t) { return 1.0f; });
  run.set_x(66, 4 + 1, kInfinity);
  run.run();
  CHECK(std::isnan(run.y_at(3, 2)));
  // Below all others by any measure: its value doesn't count.
  run.set_x(66, 4 + 1, -kInfinity);
  run.set_x(66, 8 + 1, 1e30f);
  run.run();
  CHECK_CLOSE(run.y_at(3, 1), 1, 1e-4, 0);
}

void threads_change_no_bit(const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    Case one(kernels, element, map(2, 190, 3, 20));
    Case three(kernels, element, map(2, 190, 3, 20));
    three.a.given.threads = 3;
    CHECK_EQUAL(threads(three.a), 3);
    one.run();
    three.run();
    CHECK(one.y.bytes() == three.y.bytes());
  }
}

/// The same for a picture with 49 pixels and one with a million.
void workspace_does_not_grow(const Kernels* kernels) {
  const Attention small{kernels, kF32, map(1, 49, 4, 64)};
  const Attention large{kernels, kF32, map(1, 1 << 20, 4, 64)};
  CHECK_EQUAL(thread_floats(large), thread_floats(small));
  CHECK_EQUAL(threads(small), 1);
}

void refuse(const yolo4j_attention* given, const yolo4j_attention_buffers* buffers, int32_t status,
            const char* part) {
  CHECK_EQUAL(yolo4j_attention_run(given, buffers), status);
  CHECK_CONTAINS(yolo4j_last_error(), part);
}

void bad_arguments_are_refused() {
  const yolo4j_attention good = map(1, 2, 2, 2);
  float x[24] = {};
  float y[8] = {7};
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_attention_workspace(&good, &bytes), YOLO4J_OK);
  std::vector<double> workspace(static_cast<std::size_t>(bytes / 8));
  yolo4j_attention_buffers b{};
  b.struct_size = sizeof b;
  b.x = x;
  b.y = y;
  b.workspace = workspace.data();
  b.workspace_bytes = bytes;
  refuse(nullptr, &b, YOLO4J_INVALID_ARGUMENT, "must not be null");
  yolo4j_attention bad = good;
  bad.struct_size = 4;
  refuse(&bad, &b, YOLO4J_INVALID_ARGUMENT, "struct_size");
  bad = good;
  bad.dtype = YOLO4J_DTYPE_U8;
  refuse(&bad, &b, YOLO4J_UNSUPPORTED, "dtype must be f32 or bf16, got u8");
  bad = good;
  bad.threads = 0;
  refuse(&bad, &b, YOLO4J_INVALID_ARGUMENT, "threads must be at least 1");
  bad = good;
  bad.heads = 3;
  refuse(&bad, &b, YOLO4J_INVALID_ARGUMENT,
         "heads must be positive and divide the channels, got 3");
  bad = good;
  bad.pixels = 0;
  refuse(&bad, &b, YOLO4J_INVALID_ARGUMENT, "got 1, 0 and 4");
  bad = good;
  bad.channels = INT64_MAX;
  refuse(&bad, &b, YOLO4J_INVALID_ARGUMENT, "channels from 1 to");
  bad = good;
  bad.x_pixel_stride = 11;
  refuse(&bad, &b, YOLO4J_INVALID_ARGUMENT, "pixel strides must be from 12 and 4 channels");
  yolo4j_attention_buffers wrong = b;
  wrong.y = nullptr;
  refuse(&good, &wrong, YOLO4J_INVALID_ARGUMENT, "y must not be null");
  wrong = b;
  wrong.x = reinterpret_cast<const char*>(x) + 2;
  refuse(&good, &wrong, YOLO4J_INVALID_ARGUMENT, "x must be aligned to 4 bytes");
  wrong = b;
  wrong.workspace_bytes--;
  refuse(&good, &wrong, YOLO4J_INVALID_ARGUMENT, "workspace must be");
  CHECK_EQUAL(yolo4j_attention_workspace(&good, nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK(y[0] == 7);
  CHECK_EQUAL(yolo4j_attention_run(&good, &b), YOLO4J_OK);
  CHECK(y[0] == 0);
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  Case run(nullptr, kF32, map(2, 33, 2, 9));
  int64_t bytes = 0;
  int32_t status = yolo4j_attention_workspace(&run.a.given, &bytes);
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  Buffer workspace(kF32, bytes / 4);
  yolo4j_attention_buffers b{};
  b.struct_size = sizeof b;
  b.x = run.x.data();
  b.y = run.y.data();
  b.workspace = workspace.data();
  b.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_attention_run(&run.a.given, &b), YOLO4J_OK);
  Case direct(family().best(isa), kF32, map(2, 33, 2, 9));
  direct.check("dispatched", 1e-5);
  CHECK(run.y.bytes() == direct.y.bytes());
  return check::result();
}

}  // namespace

int main(int arguments, char** values) {
  const bool threads_alone = test_isas::is_threads(arguments, values);
  if (arguments > 1 && !threads_alone) {
    return dispatched();
  }
  bad_arguments_are_refused();
  test_isas::for_each_isa("attention", family(),
                          [threads_alone](int32_t, const char* isa, const Kernels* kernels) {
                            threads_change_no_bit(kernels);
                            if (threads_alone) {
                              return;
                            }
                            definition_holds(isa, kernels);
                            large_scores_match(isa, kernels);
                            nan_goes_where_it_belongs(isa, kernels);
                            infinities_go_on(kernels);
                            workspace_does_not_grow(kernels);
                          });
  return check::result();
}
