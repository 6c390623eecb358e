// Pools and sums of feature maps: every instruction set that runs here, both types, against a plain
// loop in double precision; slices, threads, NaN, and what the public functions refuse.
#include "maps/maps.h"

#include <cmath>
#include <limits>

#include "buffers.h"
#include "check.h"
#include "isas.h"

namespace {

using namespace yolo4j::maps;
using test_buffers::Buffer;
using test_buffers::Noise;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

yolo4j_max_pool window(int32_t kernel, int32_t stride, int32_t pad) {
  yolo4j_max_pool p{};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.threads = 1;
  p.kernel = kernel;
  p.stride = stride;
  p.pad = pad;
  p.images = 2;
  p.channels = 5;
  p.height = 7;
  p.width = 9;
  p.x_pixel_stride = 5;
  p.y_pixel_stride = 5;
  return p;
}

/// One pool, x a slice of a map with `gap` more channels, y of one with twice as many.
struct PoolRun {
  PoolRun(const Kernels* kernels, int32_t element, yolo4j_max_pool given, int64_t gap)
      : p{kernels, element, sliced(given, gap), 0, 0},
        x(element, elements(given.images * given.height * given.width, p.given.x_pixel_stride)),
        y(element, 0) {
    p.y_height = (given.height + 2 * given.pad - given.kernel) / given.stride + 1;
    p.y_width = (given.width + 2 * given.pad - given.kernel) / given.stride + 1;
    y = Buffer(element, elements(given.images * p.y_height * p.y_width, p.given.y_pixel_stride));
    Noise noise(static_cast<uint32_t>(given.kernel * 31 + given.channels));
    for (int64_t i = 0; i < given.images * given.height * given.width; i++) {
      for (int64_t c = 0; c < given.channels; c++) {
        x.set(i * p.given.x_pixel_stride + c, 4 * noise.next());
      }
    }
  }

  static yolo4j_max_pool sliced(yolo4j_max_pool given, int64_t gap) {
    given.x_pixel_stride = given.channels + gap;
    given.y_pixel_stride = given.channels + 2 * gap;
    return given;
  }

  /// The last pixel of a slice ends with its own channels.
  int64_t elements(int64_t pixels, int64_t stride) const {
    return (pixels - 1) * stride + p.given.channels;
  }

  double expected(int64_t image, int64_t row, int64_t column, int64_t c) {
    const yolo4j_max_pool& g = p.given;
    double most = -std::numeric_limits<double>::infinity();
    for (int64_t i = row * g.stride - g.pad; i < row * g.stride - g.pad + g.kernel; i++) {
      for (int64_t j = column * g.stride - g.pad; j < column * g.stride - g.pad + g.kernel; j++) {
        if (i >= 0 && i < g.height && j >= 0 && j < g.width) {
          double v = static_cast<double>(
              x.get(((image * g.height + i) * g.width + j) * g.x_pixel_stride + c));
          most = std::isnan(v) || std::isnan(most) ? static_cast<double>(kNan) : std::fmax(most, v);
        }
      }
    }
    return most;
  }

  void check(const char* isa) {
    pool(p, x.data(), y.data());
    CHECK(x.guards_intact());
    CHECK(y.guards_intact());
    const yolo4j_max_pool& g = p.given;
    for (int64_t image = 0; image < g.images; image++) {
      for (int64_t row = 0; row < p.y_height; row++) {
        for (int64_t column = 0; column < p.y_width; column++) {
          int64_t pixel = (image * p.y_height + row) * p.y_width + column;
          check_pixel(isa, image, row, column, pixel * g.y_pixel_stride);
        }
      }
    }
  }

  void check_pixel(const char* isa, int64_t image, int64_t row, int64_t column, int64_t at_y) {
    for (int64_t c = 0; c < p.given.channels; c++) {
      double actual = static_cast<double>(y.get(at_y + c));
      double wanted = expected(image, row, column, c);
      if (!check::close(actual, wanted, 0, 0)) {
        check::failures++;
        std::fprintf(
            stderr,
            "%s %s pool %d/%d/%d of %lld channels: [%lld %lld %lld %lld] is %g instead of %g\n",
            isa, p.element == kF32 ? "f32" : "bf16", p.given.kernel, p.given.stride, p.given.pad,
            static_cast<long long>(p.given.channels), static_cast<long long>(image),
            static_cast<long long>(row), static_cast<long long>(column), static_cast<long long>(c),
            actual, wanted);
      }
    }
    // What lies between the slice's pixels stays as it was.
    bool last =
        at_y + p.given.y_pixel_stride >
        static_cast<int64_t>(p.given.images * p.y_height * p.y_width - 1) * p.given.y_pixel_stride;
    for (int64_t c = p.given.channels; !last && c < p.given.y_pixel_stride; c++) {
      CHECK(std::isnan(y.get(at_y + c)));
    }
  }

  Pool p;
  Buffer x, y;
};

void pools_match(const char* isa, const Kernels* kernels) {
  struct {
    int32_t kernel, stride, pad;
  } const windows[] = {{5, 1, 2}, {2, 2, 0}, {3, 2, 1}, {2, 1, 0}, {1, 1, 0}, {4, 3, 2}, {9, 1, 4}};
  for (int32_t element : {kF32, kBf16}) {
    for (const auto& w : windows) {
      for (int64_t channels : {1, 3, 4, 7, 8, 15, 16, 17, 33}) {
        for (int64_t gap : {0, 3}) {
          yolo4j_max_pool given = window(w.kernel, w.stride, w.pad);
          given.channels = channels;
          PoolRun(kernels, element, given, gap).check(isa);
        }
      }
    }
    // Wider than the columns that are looked at in one go.
    for (int32_t stride : {1, 2, 64}) {
      yolo4j_max_pool wide = window(stride == 64 ? 64 : 13, stride, 6);
      wide.height = 70;
      wide.width = 150;
      wide.images = 1;
      PoolRun(kernels, element, wide, 0).check(isa);
    }
  }
}

void nan_reaches_its_windows_only(const char* isa, const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    for (int64_t place : {0, 31, 62}) {
      PoolRun run(kernels, element, window(3, 1, 1), 0);
      run.x.set(place * run.p.given.x_pixel_stride + 2, kNan);
      run.check(isa);
    }
  }
}

struct SumCase {
  SumCase(const Kernels* kernels, int32_t element, int64_t pixels, int64_t channels, int64_t gap)
      : s{kernels, element, given(element, pixels, channels, gap)},
        a(element, (pixels - 1) * s.given.a_pixel_stride + channels),
        b(element, (pixels - 1) * s.given.b_pixel_stride + channels),
        y(element, (pixels - 1) * s.given.y_pixel_stride + channels) {
    Noise noise(static_cast<uint32_t>(pixels * 131 + channels));
    for (int64_t p = 0; p < pixels; p++) {
      for (int64_t c = 0; c < channels; c++) {
        a.set(p * s.given.a_pixel_stride + c, 3 * noise.next());
        b.set(p * s.given.b_pixel_stride + c, 3 * noise.next());
      }
    }
  }

  static yolo4j_sum given(int32_t element, int64_t pixels, int64_t channels, int64_t gap) {
    yolo4j_sum g{};
    g.struct_size = sizeof g;
    g.dtype = element == kF32 ? YOLO4J_DTYPE_F32 : YOLO4J_DTYPE_BF16;
    g.threads = 1;
    g.pixels = pixels;
    g.channels = channels;
    g.a_pixel_stride = channels;
    g.b_pixel_stride = channels + gap;
    g.y_pixel_stride = channels + 2 * gap;
    return g;
  }

  void check(const char* isa) {
    sum(s, a.data(), b.data(), y.data());
    CHECK(a.guards_intact() && b.guards_intact() && y.guards_intact());
    for (int64_t p = 0; p < s.given.pixels; p++) {
      for (int64_t c = 0; c < s.given.channels; c++) {
        float wanted =
            a.get(p * s.given.a_pixel_stride + c) + b.get(p * s.given.b_pixel_stride + c);
        wanted = s.element == kF32 ? wanted : test_buffers::to_float(test_buffers::to_bf16(wanted));
        float actual = y.get(p * s.given.y_pixel_stride + c);
        if (!(actual == wanted)) {
          check::failures++;
          std::fprintf(stderr, "%s sum of %lld channels: [%lld %lld] is %g instead of %g\n", isa,
                       static_cast<long long>(s.given.channels), static_cast<long long>(p),
                       static_cast<long long>(c), static_cast<double>(actual),
                       static_cast<double>(wanted));
        }
      }
      for (int64_t c = s.given.channels; p + 1 < s.given.pixels && c < s.given.y_pixel_stride;
           c++) {
        CHECK(std::isnan(y.get(p * s.given.y_pixel_stride + c)));
      }
    }
  }

  Sum s;
  Buffer a, b, y;
};

void sums_match(const char* isa, const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    for (int64_t channels : {1, 3, 4, 5, 8, 15, 16, 17, 35}) {
      for (int64_t gap : {0, 2}) {
        SumCase(kernels, element, 13, channels, gap).check(isa);
      }
    }
  }
}

void threads_change_no_bit(const Kernels* kernels) {
  yolo4j_max_pool given = window(5, 1, 2);
  given.channels = 40;
  given.height = 40;
  given.width = 40;
  PoolRun one(kernels, kF32, given, 1);
  given.threads = 3;
  PoolRun three(kernels, kF32, given, 1);
  pool(one.p, one.x.data(), one.y.data());
  pool(three.p, three.x.data(), three.y.data());
  CHECK(one.y.bytes() == three.y.bytes());
  for (int64_t gap : {0, 1}) {
    SumCase alone(kernels, kF32, 2000, 40, gap);
    SumCase shared(kernels, kF32, 2000, 40, gap);
    shared.s.given.threads = 3;
    sum(alone.s, alone.a.data(), alone.b.data(), alone.y.data());
    sum(shared.s, shared.a.data(), shared.b.data(), shared.y.data());
    CHECK(alone.y.bytes() == shared.y.bytes());
  }
}

void expect_refusal(const yolo4j_max_pool* given, const void* x, void* y, int32_t status,
                    const char* part) {
  CHECK_EQUAL(yolo4j_max_pool_run(given, x, y), status);
  CHECK_CONTAINS(yolo4j_last_error(), part);
}

void bad_arguments_are_refused() {
  yolo4j_max_pool good = window(3, 1, 1);
  float x[2 * 7 * 9 * 5] = {};
  float y[2 * 7 * 9 * 5] = {7};
  yolo4j_max_pool bad = good;
  expect_refusal(nullptr, x, y, YOLO4J_INVALID_ARGUMENT, "must not be null");
  bad.struct_size = 3;
  expect_refusal(&bad, x, y, YOLO4J_INVALID_ARGUMENT, "struct_size");
  bad = good;
  bad.dtype = YOLO4J_DTYPE_F16;
  expect_refusal(&bad, x, y, YOLO4J_UNSUPPORTED, "f32, bf16 or u8, got f16");
  bad = good;
  bad.pad = 2;
  expect_refusal(&bad, x, y, YOLO4J_INVALID_ARGUMENT, "pad from 0 to kernel / 2");
  bad = good;
  bad.channels = 0;
  expect_refusal(&bad, x, y, YOLO4J_INVALID_ARGUMENT, "channels 0");
  bad = good;
  bad.x_pixel_stride = 4;
  expect_refusal(&bad, x, y, YOLO4J_INVALID_ARGUMENT, "from 5 channels");
  bad = good;
  bad.images = INT64_MAX;
  expect_refusal(&bad, x, y, YOLO4J_INVALID_ARGUMENT, "sizes must be");
  bad = good;
  bad.kernel = 10;
  bad.pad = 0;
  expect_refusal(&bad, x, y, YOLO4J_INVALID_ARGUMENT, "must fit into the padded map");
  expect_refusal(&good, nullptr, y, YOLO4J_INVALID_ARGUMENT, "x must not be null");
  expect_refusal(&good, reinterpret_cast<const char*>(x) + 1, y, YOLO4J_INVALID_ARGUMENT,
                 "x must be aligned to 4 bytes");
  CHECK(y[0] == 7);
  CHECK_EQUAL(yolo4j_max_pool_run(&good, x, y), YOLO4J_OK);
  CHECK(y[0] == 0);

  yolo4j_sum sum = SumCase::given(kF32, 3, 5, 0);
  CHECK_EQUAL(yolo4j_sum_run(&sum, x, x, y), YOLO4J_OK);
  sum.y_pixel_stride = 1;
  CHECK_EQUAL(yolo4j_sum_run(&sum, x, x, y), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "pixel strides must be from 5 channels");
  sum = SumCase::given(kF32, 0, 5, 0);
  CHECK_EQUAL(yolo4j_sum_run(&sum, x, x, y), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "pixels must be from 1");
  sum = SumCase::given(kF32, 3, 5, 0);
  CHECK_EQUAL(yolo4j_sum_run(&sum, x, nullptr, y), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "b must not be null");
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  yolo4j_max_pool given = window(3, 1, 1);
  PoolRun run(nullptr, kF32, given, 0);
  int32_t status = yolo4j_max_pool_run(&run.p.given, run.x.data(), run.y.data());
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  PoolRun direct(family().best(isa), kF32, given, 0);
  direct.check("dispatched");
  CHECK(run.y.bytes() == direct.y.bytes());
  SumCase sums(family().best(isa), kF32, 13, 17, 0);
  sums.check("dispatched");
  SumCase called(nullptr, kF32, 13, 17, 0);
  CHECK_EQUAL(yolo4j_sum_run(&called.s.given, called.a.data(), called.b.data(), called.y.data()),
              YOLO4J_OK);
  CHECK(called.y.bytes() == sums.y.bytes());
  return check::result();
}

}  // namespace

int main(int arguments, char** values) {
  const bool threads_alone = test_isas::is_threads(arguments, values);
  if (arguments > 1 && !threads_alone) {
    return dispatched();
  }
  bad_arguments_are_refused();
  test_isas::for_each_isa("maps", family(),
                          [threads_alone](int32_t, const char* isa, const Kernels* kernels) {
                            threads_change_no_bit(kernels);
                            if (threads_alone) {
                              return;
                            }
                            pools_match(isa, kernels);
                            nan_reaches_its_windows_only(isa, kernels);
                            sums_match(isa, kernels);
                          });
  return check::result();
}
