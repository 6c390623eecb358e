// Maps of bytes: conversions between every pair of types and pools, every instruction set that runs
// here, against the definition in double precision; slices, ends of the range, NaN, threads, and
// what the public function refuses.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"
#include "maps/maps.h"

namespace {

using namespace yolo4j::maps;
using test_buffers::Noise;

constexpr int32_t kTypes[] = {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16, YOLO4J_DTYPE_U8};

/// A map of one type whose pixels stand apart; what lies between is 0xAB.
struct Map {
  Map(int32_t element, int64_t pixel_count, int64_t channel_count, int64_t gap)
      : type(element),
        size(element == kF32    ? 4
             : element == kBf16 ? 2
                                : 1),
        stride(channel_count + gap),
        bytes(static_cast<std::size_t>(((pixel_count - 1) * stride + channel_count) * size), 0xAB) {
  }

  double get(int64_t i, double scale, double zero) const {
    const uint8_t* at = bytes.data() + i * size;
    if (type == kU8) {
      return (*at - zero) * scale;
    }
    float wide;
    uint16_t half;
    if (type == kF32) {
      std::memcpy(&wide, at, sizeof wide);
      return static_cast<double>(wide);
    }
    std::memcpy(&half, at, sizeof half);
    return static_cast<double>(test_buffers::to_float(half));
  }

  void set(int64_t i, float value) {
    uint8_t* at = bytes.data() + i * size;
    if (type == kU8) {
      *at = static_cast<uint8_t>(static_cast<int32_t>(value * 16) & 255);
    } else if (type == kF32) {
      std::memcpy(at, &value, sizeof value);
    } else {
      const uint16_t half = test_buffers::to_bf16(value);
      std::memcpy(at, &half, sizeof half);
    }
  }

  int32_t type;
  int64_t size;
  int64_t stride;
  std::vector<uint8_t> bytes;
};

yolo4j_requantize conversion(int32_t from, int32_t to, int64_t pixels, int64_t channels,
                             int64_t gap) {
  yolo4j_requantize g{};
  g.struct_size = sizeof g;
  g.x_dtype = kTypes[from];
  g.y_dtype = kTypes[to];
  g.threads = 1;
  g.pixels = pixels;
  g.channels = channels;
  g.x_pixel_stride = channels + gap;
  g.y_pixel_stride = channels + 2 * gap;
  g.x_scale = 0.037f;
  g.x_zero_point = 100;
  g.y_scale = 0.021f;
  g.y_zero_point = 131;
  return g;
}

/// What y must hold, and how far from it a number may be.
void check_value(const char* isa, const yolo4j_requantize& g, int32_t from, const Map& y,
                 int64_t at_y, double x) {
  const double scale = static_cast<double>(g.y_scale);
  const double actual = y.get(at_y, scale, g.y_zero_point);
  double wanted = x;
  double tolerance = y.type == kF32 ? 1e-6 * std::fabs(x) : 0.004 * std::fabs(x);
  if (y.type == kU8) {
    const double low = -g.y_zero_point * scale;
    wanted = std::isnan(x) ? low : std::fmin(std::fmax(x, low), low + 255 * scale);
    tolerance = 0.5001 * scale;
  }
  const bool both_nan = std::isnan(wanted) && std::isnan(actual);
  const bool both_infinite = std::isinf(wanted) && actual * wanted > 0 && std::isinf(actual);
  if (!both_nan && !both_infinite && !(std::fabs(actual - wanted) <= tolerance)) {
    check::failures++;
    std::fprintf(stderr, "%s from type %d to %d: %g became %g\n", isa, from, y.type, x, actual);
  }
}

void conversions_match(const char* isa, const Kernels* kernels) {
  for (int32_t from = 0; from < kElements; from++) {
    for (int32_t to = 0; to < kElements; to++) {
      for (int64_t channels : {1, 3, 15, 16, 17, 33, 70}) {
        for (int64_t gap : {0, 3}) {
          Requantize r{kernels, from, to, conversion(from, to, 9, channels, gap)};
          Map x(from, 9, channels, gap);
          Map y(to, 9, channels, 2 * gap);
          Noise noise(static_cast<uint32_t>(channels));
          for (int64_t p = 0; p < 9; p++) {
            for (int64_t c = 0; c < channels; c++) {
              x.set(p * x.stride + c, 5 * noise.next());
            }
          }
          if (from != kU8) {
            x.set(0, std::numeric_limits<float>::quiet_NaN());
            x.set(x.stride, std::numeric_limits<float>::infinity());
          }
          requantize(r, x.bytes.data(), y.bytes.data());
          for (int64_t p = 0; p < 9; p++) {
            for (int64_t c = 0; c < channels; c++) {
              check_value(isa, r.given, from, y, p * y.stride + c,
                          x.get(p * x.stride + c, static_cast<double>(r.given.x_scale),
                                r.given.x_zero_point));
            }
            for (int64_t c = channels * y.size; p < 8 && c < y.stride * y.size; c++) {
              CHECK_EQUAL(y.bytes[static_cast<std::size_t>(p * y.stride * y.size + c)], 0xAB);
            }
          }
        }
      }
    }
  }
}

/// Every byte, there and back, stays; each instruction set gives the scalar's bits.
void bytes_come_back(const Kernels* kernels) {
  Map x(kU8, 1, 256, 0);
  for (int64_t i = 0; i < 256; i++) {
    x.bytes[static_cast<std::size_t>(i)] = static_cast<uint8_t>(i);
  }
  yolo4j_requantize there = conversion(kU8, kF32, 1, 256, 0);
  yolo4j_requantize back = conversion(kF32, kU8, 1, 256, 0);
  back.y_scale = there.x_scale;
  back.y_zero_point = there.x_zero_point;
  Map floats(kF32, 1, 256, 0);
  Map bytes(kU8, 1, 256, 0);
  requantize({kernels, kU8, kF32, there}, x.bytes.data(), floats.bytes.data());
  requantize({kernels, kF32, kU8, back}, floats.bytes.data(), bytes.bytes.data());
  CHECK(x.bytes == bytes.bytes);
  Map scalar(kF32, 1, 256, 0);
  requantize({&kScalar, kU8, kF32, there}, x.bytes.data(), scalar.bytes.data());
  CHECK(scalar.bytes == floats.bytes);
}

void pools_match(const char* isa, const Kernels* kernels) {
  for (int64_t channels : {1, 16, 33, 70}) {
    for (int32_t stride : {1, 2}) {
      Pool p{kernels, kU8, {}, 0, 0};
      p.given.threads = 3;
      p.given.kernel = 5;
      p.given.stride = stride;
      p.given.pad = 2;
      p.given.images = 2;
      p.given.channels = channels;
      p.given.height = 7;
      p.given.width = 9;
      p.given.x_pixel_stride = channels + 3;
      p.given.y_pixel_stride = channels + 1;
      p.y_height = 6 / stride + 1;
      p.y_width = 8 / stride + 1;
      Map x(kU8, 2 * 7 * 9, channels, 3);
      Map y(kU8, 2 * p.y_height * p.y_width, channels, 1);
      Noise noise(7);
      for (uint8_t& v : x.bytes) {
        v = static_cast<uint8_t>(100 + 90 * noise.next());
      }
      pool(p, x.bytes.data(), y.bytes.data());
      for (int64_t i = 0; i < 2 * p.y_height * p.y_width; i++) {
        const int64_t n = i / (p.y_height * p.y_width);
        const int64_t top = i / p.y_width % p.y_height * stride - 2;
        const int64_t left = i % p.y_width * stride - 2;
        for (int64_t c = 0; c < channels; c++) {
          uint8_t most = 0;
          for (int64_t u = top; u < top + 5; u++) {
            for (int64_t v = left; v < left + 5; v++) {
              if (u >= 0 && v >= 0 && u < 7 && v < 9) {
                most = std::max(
                    most, x.bytes[static_cast<std::size_t>(((n * 7 + u) * 9 + v) * x.stride + c)]);
              }
            }
          }
          if (y.bytes[static_cast<std::size_t>(i * y.stride + c)] != most) {
            check::failures++;
            std::fprintf(stderr, "%s pool of bytes, %lld channels, differs at pixel %lld\n", isa,
                         static_cast<long long>(channels), static_cast<long long>(i));
          }
        }
      }
    }
  }
}

void threads_change_no_bit(const Kernels* kernels) {
  for (int64_t gap : {0, 1}) {
    Requantize r{kernels, kF32, kU8, conversion(kF32, kU8, 2000, 40, gap)};
    Map x(kF32, 2000, 40, gap);
    Noise noise(3);
    for (int64_t i = 0; i < 1999 * x.stride + 40; i++) {
      x.set(i, noise.next());
    }
    Map one(kU8, 2000, 40, 2 * gap);
    Map three(kU8, 2000, 40, 2 * gap);
    requantize(r, x.bytes.data(), one.bytes.data());
    r.given.threads = 3;
    requantize(r, x.bytes.data(), three.bytes.data());
    CHECK(one.bytes == three.bytes);
  }
}

void refused(yolo4j_requantize g, int32_t status, const char* text) {
  float x[8] = {};
  uint8_t y[8] = {};
  CHECK_EQUAL(yolo4j_requantize_run(&g, x, y), status);
  CHECK_CONTAINS(yolo4j_last_error(), text);
}

void bad_arguments_are_refused() {
  const yolo4j_requantize good = conversion(kF32, kU8, 2, 4, 0);
  yolo4j_requantize bad = good;
  bad.y_scale = 0;
  refused(bad, YOLO4J_INVALID_ARGUMENT, "a finite scale above 0 and a zero point from 0 to 255");
  bad = good;
  bad.y_zero_point = 256;
  refused(bad, YOLO4J_INVALID_ARGUMENT, "got 0.021 and 256");
  bad = good;
  bad.x_dtype = YOLO4J_DTYPE_F16;
  refused(bad, YOLO4J_UNSUPPORTED, "f16");
  bad = good;
  bad.x_pixel_stride = 3;
  refused(bad, YOLO4J_INVALID_ARGUMENT, "pixel strides must be from 4 channels");
  bad = good;
  bad.threads = 0;
  refused(bad, YOLO4J_INVALID_ARGUMENT, "threads");
  bad = good;
  bad.struct_size = 8;
  refused(bad, YOLO4J_INVALID_ARGUMENT, "struct_size");
  uint8_t y[8] = {};
  CHECK_EQUAL(yolo4j_requantize_run(&good, nullptr, y), YOLO4J_INVALID_ARGUMENT);
  float x[8] = {1, 0, -1, 100, -100, 0.5f, 0.25f, 0.125f};
  CHECK_EQUAL(yolo4j_requantize_run(&good, x, y), YOLO4J_OK);
  CHECK_EQUAL(y[1], 131);
  CHECK_EQUAL(y[3], 255);
  CHECK_EQUAL(y[4], 0);
}

}  // namespace

int main() {
  bad_arguments_are_refused();
  test_isas::for_each_isa("maps of bytes", family(),
                          [](int32_t, const char* isa, const Kernels* kernels) {
                            conversions_match(isa, kernels);
                            bytes_come_back(kernels);
                            pools_match(isa, kernels);
                            threads_change_no_bit(kernels);
                          });
  return check::result();
}
