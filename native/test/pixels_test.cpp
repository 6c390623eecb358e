// The kernels on 8-bit pictures: the scalar version against double precision, the others against
// it.
#include "pixels/pixels.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "check.h"
#include "runtime/dispatch.h"
#include "yolo4j.h"

namespace {

using yolo4j::pixels::Gains;
using yolo4j::pixels::Kernels;
using yolo4j::pixels::Row;
using yolo4j::pixels::Source;

constexpr uint8_t kCanary = 0x5a;
constexpr int kCanaries = 64;

std::vector<uint8_t> noise(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> values(bytes);
  for (uint8_t& value : values) {
    value = static_cast<uint8_t>(random());
  }
  return values;
}

const Kernels* kernels_of(int32_t isa) {
  return yolo4j_isa_supported(isa) == 1 ? yolo4j::pixels::family().exactly(isa) : nullptr;
}

// Exactly as long as the picture, so that the address sanitizer sees a read past its end.
std::vector<uint8_t> warp_rows(const Kernels& kernels, const std::vector<uint8_t>& rgb, int width,
                               int height, const double* m, int target_width, int target_height) {
  Source source{rgb.data(), width, height, 114};
  std::vector<int32_t> dx(static_cast<std::size_t>(target_width));
  std::vector<int32_t> dy(dx.size());
  for (std::size_t i = 0; i < dx.size(); i++) {
    dx[i] = static_cast<int32_t>(std::lrint(m[0] * static_cast<double>(i) * 65536));
    dy[i] = static_cast<int32_t>(std::lrint(m[3] * static_cast<double>(i) * 65536));
  }
  std::size_t row_bytes = static_cast<std::size_t>(target_width) * 3;
  std::vector<uint8_t> target(row_bytes * static_cast<std::size_t>(target_height) + kCanaries,
                              kCanary);
  for (int y = 0; y < target_height; y++) {
    Row row{dx.data(), dy.data(), static_cast<int32_t>(std::lrint((m[1] * y + m[2]) * 65536)),
            static_cast<int32_t>(std::lrint((m[4] * y + m[5]) * 65536)), target_width};
    kernels.warp_row(source, row, target.data() + row_bytes * static_cast<std::size_t>(y));
  }
  for (int i = 0; i < kCanaries; i++) {
    CHECK_EQUAL(target[target.size() - 1 - static_cast<std::size_t>(i)], kCanary);
  }
  return target;
}

// The upright kernel on the same map; whole rows at once.
std::vector<uint8_t> warp_upright(const Kernels& kernels, const std::vector<uint8_t>& rgb,
                                  int width, int height, const double* m, int target_width,
                                  int target_height) {
  std::vector<int32_t> x(static_cast<std::size_t>(target_width));
  std::vector<int32_t> y(static_cast<std::size_t>(target_height));
  for (std::size_t i = 0; i < x.size(); i++) {
    x[i] = static_cast<int32_t>(std::lrint(m[0] * static_cast<double>(i) * 65536) +
                                std::lrint(m[2] * 65536));
  }
  for (std::size_t i = 0; i < y.size(); i++) {
    y[i] = static_cast<int32_t>(std::lrint((m[4] * static_cast<double>(i) + m[5]) * 65536));
  }
  int32_t one_end = x.front() >> 16;
  int32_t other_end = x.back() >> 16;
  int32_t first = one_end < other_end ? one_end : other_end;
  std::size_t row_bytes = static_cast<std::size_t>(target_width) * 3;
  std::vector<uint8_t> target(row_bytes * static_cast<std::size_t>(target_height) + kCanaries,
                              kCanary);
  kernels.warp_upright({rgb.data(), width, height, 114},
                       {x.data(), target_width, y.data(), target_height, first,
                        one_end + other_end - 2 * first + 2, static_cast<int64_t>(row_bytes)},
                       target.data());
  return target;
}

double pixel_or_fill(const std::vector<uint8_t>& rgb, int width, int height, int x, int y, int c) {
  bool inside = x >= 0 && x < width && y >= 0 && y < height;
  return inside ? rgb[static_cast<std::size_t>((y * width + x) * 3 + c)] : 114;
}

double bilinear(const std::vector<uint8_t>& rgb, int width, int height, double x, double y, int c) {
  int column = static_cast<int>(std::floor(x));
  int line = static_cast<int>(std::floor(y));
  double right = x - column;
  double lower = y - line;
  double above = pixel_or_fill(rgb, width, height, column, line, c) * (1 - right) +
                 pixel_or_fill(rgb, width, height, column + 1, line, c) * right;
  double below = pixel_or_fill(rgb, width, height, column, line + 1, c) * (1 - right) +
                 pixel_or_fill(rgb, width, height, column + 1, line + 1, c) * right;
  return above * (1 - lower) + below * lower;
}

// Weights are off by 1/256 at most in each direction: two grey levels in all, and rounding.
void warp_scalar_against_double() {
  const double m[6] = {1.1, 0.21, -7.3, -0.17, 0.93, 3.9};
  int width = 37;
  int height = 29;
  std::vector<uint8_t> rgb = noise(static_cast<std::size_t>(width * height * 3), 1);
  std::vector<uint8_t> target(48 * 40 * 3);
  CHECK_EQUAL(yolo4j_warp_affine_u8(rgb.data(), width, height, m, target.data(), 48, 40, 114),
              YOLO4J_OK);
  for (int y = 0; y < 40; y++) {
    for (int x = 0; x < 48; x++) {
      for (int c = 0; c < 3; c++) {
        double expected =
            bilinear(rgb, width, height, m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5], c);
        CHECK_CLOSE(target[static_cast<std::size_t>((y * 48 + x) * 3 + c)], expected, 0, 2.6);
      }
    }
  }
}

void warp_identity_is_a_copy() {
  const double m[6] = {1, 0, 0, 0, 1, 0};
  std::vector<uint8_t> rgb = noise(21 * 13 * 3, 2);
  std::vector<uint8_t> target(rgb.size());
  CHECK_EQUAL(yolo4j_warp_affine_u8(rgb.data(), 21, 13, m, target.data(), 21, 13, 0), YOLO4J_OK);
  CHECK(target == rgb);
}

void warp_mirror_is_exact() {
  const double m[6] = {-1, 0, 299, 0, 1, 0};
  std::vector<uint8_t> rgb = noise(300 * 5 * 3, 3);
  std::vector<uint8_t> target(rgb.size());
  CHECK_EQUAL(yolo4j_warp_affine_u8(rgb.data(), 300, 5, m, target.data(), 300, 5, 0), YOLO4J_OK);
  for (std::size_t x = 0; x < 300; x++) {
    CHECK_EQUAL(target[(2 * 300 + x) * 3 + 1], rgb[(2 * 300 + 299 - x) * 3 + 1]);
  }
}

void warp_far_outside_is_filled() {
  const double m[6] = {1, 0, 5000, 0, 1, -5000};
  std::vector<uint8_t> rgb = noise(8 * 8 * 3, 4);
  std::vector<uint8_t> target(17 * 3 * 3);
  CHECK_EQUAL(yolo4j_warp_affine_u8(rgb.data(), 8, 8, m, target.data(), 17, 3, 77), YOLO4J_OK);
  for (uint8_t value : target) {
    CHECK_EQUAL(value, 77);
  }
}

void warp_versions_equal(const Kernels& kernels) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(-1, 1);
  const int sizes[] = {1, 2, 3, 7, 8, 9, 17, 40, 131};
  for (int round = 0; round < 300; round++) {
    int width = sizes[random() % 9];
    int height = sizes[random() % 9];
    int target_width = sizes[random() % 9];
    int target_height = sizes[random() % 9];
    double zoom = std::exp(uniform(random));
    // A third of them without rotation, a third mirrored.
    double turn = round % 3 == 0 ? 0 : uniform(random);
    double mirror = round % 3 == 1 ? -1 : 1;
    double x = width / 2.0 + 4 * uniform(random) - mirror * zoom * target_width / 2;
    double y = height / 2.0 + 4 * uniform(random) - zoom * target_height / 2;
    const double m[6] = {mirror * zoom, turn, x, -turn, zoom, y};
    std::vector<uint8_t> rgb =
        noise(static_cast<std::size_t>(width * height * 3), static_cast<unsigned>(round));
    std::vector<uint8_t> expected =
        warp_rows(yolo4j::pixels::kScalar, rgb, width, height, m, target_width, target_height);
    CHECK(warp_rows(kernels, rgb, width, height, m, target_width, target_height) == expected);
    if (turn == 0) {
      CHECK(warp_upright(kernels, rgb, width, height, m, target_width, target_height) == expected);
    }
  }
}

// Large enough for several blocks, and once for a span that the upright kernel has no room for.
void warp_blocks_fit_together() {
  std::vector<uint8_t> rgb = noise(900 * 310 * 3, 6);
  for (double zoom : {0.7, 1.3, 3.9, -1.1}) {
    for (double turn : {0.0, 0.01}) {
      const double m[6] = {zoom, turn, zoom < 0 ? 800.0 : -20.0, -turn, 1.1, -3};
      std::vector<uint8_t> target(600 * 280 * 3);
      CHECK_EQUAL(yolo4j_warp_affine_u8(rgb.data(), 900, 310, m, target.data(), 600, 280, 114),
                  YOLO4J_OK);
      for (int y = 0; y < 280; y += 3) {
        for (int x = 0; x < 600; x++) {
          double expected =
              bilinear(rgb, 900, 310, m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5], 1);
          CHECK_CLOSE(target[static_cast<std::size_t>((y * 600 + x) * 3 + 1)], expected, 0, 2.6);
        }
      }
    }
  }
}

uint8_t channel_of(double hue, double saturation, double value, double n) {
  double k = std::fmod(n + hue / 30, 6);
  double share = std::fmax(0, std::fmin(std::fmin(k, 4 - k), 1));
  return static_cast<uint8_t>(std::lrint(value * (1 - saturation / 255 * share)));
}

/// round(x · numerator / d) with the quotient rounded to 12 fraction bits, as 8-bit HSV is defined.
double by_reciprocal(double x, double numerator, double d) {
  return d == 0 ? 0 : std::floor((x * std::rint(numerator * 4096 / d) + 2048) / 4096);
}

// All but the reciprocals in double precision.
void reference(const uint8_t* rgb, const double* gains, double* out) {
  double v = std::fmax(rgb[0], std::fmax(rgb[1], rgb[2]));
  double range = v - std::fmin(rgb[0], std::fmin(rgb[1], rgb[2]));
  double s = by_reciprocal(range, 255, v);
  double distance = v == rgb[0]   ? rgb[1] - rgb[2]
                    : v == rgb[1] ? rgb[2] - rgb[0] + 2 * range
                                  : rgb[0] - rgb[1] + 4 * range;
  double h = by_reciprocal(distance, 30, range);
  h = h < 0 ? h + 180 : h;
  h = std::fmod(std::floor(h * gains[0]), 180);
  s = std::fmin(std::floor(s * gains[1]), 255);
  v = std::fmin(std::floor(v * gains[2]), 255);
  out[0] = channel_of(h, s, v, 5);
  out[1] = channel_of(h, s, v, 3);
  out[2] = channel_of(h, s, v, 1);
}

void hsv_scalar_against_double() {
  const double gains[3] = {1.0113, 1.55, 0.72};
  for (int r = 0; r < 256; r += 3) {
    for (int g = 0; g < 256; g += 3) {
      for (int b = 0; b < 256; b += 3) {
        uint8_t rgb[3] = {static_cast<uint8_t>(r), static_cast<uint8_t>(g),
                          static_cast<uint8_t>(b)};
        double expected[3];
        reference(rgb, gains, expected);
        CHECK_EQUAL(yolo4j_adjust_hsv_u8(rgb, 1, gains[0], gains[1], gains[2]), YOLO4J_OK);
        for (int c = 0; c < 3; c++) {
          CHECK_CLOSE(rgb[c], expected[c], 0, 1);
        }
      }
    }
  }
}

void hsv_grey_changes_its_value_only() {
  for (int i = 0; i < 256; i++) {
    uint8_t level = static_cast<uint8_t>(i);
    std::vector<uint8_t> rgb(16 * 3, level);
    CHECK_EQUAL(yolo4j_adjust_hsv_u8(rgb.data(), 16, 0.99, 1.7, 1), YOLO4J_OK);
    for (uint8_t value : rgb) {
      CHECK_EQUAL(value, i);
    }
  }
}

void hsv_versions_equal(const Kernels& kernels, const Gains& gains) {
  // Every colour, among them rows of grey; 13 pixels are left over.
  std::size_t colours = 1 << 24;
  std::vector<uint8_t> rgb((colours + 13) * 3, 90);
  for (std::size_t i = 0; i < colours; i++) {
    rgb[3 * i] = static_cast<uint8_t>(i >> 16);
    rgb[3 * i + 1] = static_cast<uint8_t>(i >> 8);
    rgb[3 * i + 2] = static_cast<uint8_t>(i);
  }
  for (std::size_t i = 0; i < 4096 * 3; i++) {
    rgb[i] = static_cast<uint8_t>(i / 3 / 16);
  }
  std::vector<uint8_t> expected = rgb;
  yolo4j::pixels::kScalar.adjust_hsv(expected.data(), static_cast<int64_t>(colours + 13), gains);
  kernels.adjust_hsv(rgb.data(), static_cast<int64_t>(colours + 13), gains);
  CHECK(rgb == expected);
}

void arguments() {
  uint8_t pixel[3] = {1, 2, 3};
  const double far[6] = {1, 0, 20000, 0, 1, 0};
  const double not_a_number[6] = {1, 0, NAN, 0, 1, 0};
  const double one[6] = {1, 0, 0, 0, 1, 0};
  uint8_t target[3] = {9, 9, 9};
  CHECK_EQUAL(yolo4j_warp_affine_u8(nullptr, 1, 1, one, target, 1, 1, 0), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_warp_affine_u8: the source must not be null");
  CHECK_EQUAL(yolo4j_warp_affine_u8(pixel, 1, 1, one, target, 1, 20000, 0),
              YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "yolo4j_warp_affine_u8: the target's sides must be from 1 to 16384, got 1x20000");
  CHECK_EQUAL(yolo4j_warp_affine_u8(pixel, 1, 1, far, target, 1, 1, 0), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_warp_affine_u8(pixel, 1, 1, not_a_number, target, 1, 1, 0),
              YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "yolo4j_warp_affine_u8: the matrix must map the target's corners to places within "
             "16384 pixels");
  CHECK_EQUAL(yolo4j_warp_affine_u8(pixel, 1, 1, one, target, 1, 1, 256), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_warp_affine_u8: fill must be from 0 to 255, got 256");
  CHECK_EQUAL(yolo4j_adjust_hsv_u8(pixel, 1, 1, -0.5, 1), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "yolo4j_adjust_hsv_u8: the gains of hue, saturation and value must be from 0 to 2, "
             "got 1, -0.5 and 1");
  CHECK_EQUAL(yolo4j_adjust_hsv_u8(nullptr, 1, 1, 1, 1), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(target[0], 9);
  CHECK_EQUAL(pixel[2], 3);
  CHECK_EQUAL(yolo4j_adjust_hsv_u8(pixel, 0, 1, 1, 2), YOLO4J_OK);
  CHECK_EQUAL(pixel[2], 3);
}

struct Sizes {
  int64_t width, height, target_width, target_height;
};

/// Rows of a frame, canaries between and behind; the source ends with its last byte.
std::vector<uint8_t> resized(const std::vector<uint8_t>& rgb, const Sizes& s, int64_t gap) {
  int64_t stride = 3 * s.target_width + gap;
  std::vector<uint8_t> target(static_cast<std::size_t>(stride * s.target_height) + kCanaries,
                              kCanary);
  CHECK_EQUAL(yolo4j_resize_u8(target.data(), stride, s.target_width, s.target_height, s.width,
                               s.height, rgb.data()),
              YOLO4J_OK);
  for (int64_t y = 0; y < s.target_height; y++) {
    for (int64_t i = 3 * s.target_width; i < stride; i++) {
      CHECK_EQUAL(target[static_cast<std::size_t>(y * stride + i)], kCanary);
    }
  }
  for (int i = 0; i < kCanaries; i++) {
    CHECK_EQUAL(target[target.size() - 1 - static_cast<std::size_t>(i)], kCanary);
  }
  return target;
}

/// The bilinear mean in double precision.
double blended(const std::vector<uint8_t>& rgb, const Sizes& s, int64_t x, int64_t y, int64_t c) {
  auto place = [](int64_t i, int64_t source, int64_t target) {
    double at =
        (static_cast<double>(i) + 0.5) * static_cast<double>(source) / static_cast<double>(target) -
        0.5;
    return std::fmin(std::fmax(at, 0), static_cast<double>(source - 1));
  };
  double px = place(x, s.width, s.target_width);
  double py = place(y, s.height, s.target_height);
  auto value = [&](double column, double row) {
    column = std::fmin(column, static_cast<double>(s.width - 1));
    row = std::fmin(row, static_cast<double>(s.height - 1));
    return static_cast<double>(rgb[static_cast<std::size_t>(
        (static_cast<int64_t>(row) * s.width + static_cast<int64_t>(column)) * 3 + c)]);
  };
  double left = std::floor(px);
  double top = std::floor(py);
  double right = px - left;
  double lower = py - top;
  double above = value(left, top) * (1 - right) + value(left + 1, top) * right;
  double below = value(left, top + 1) * (1 - right) + value(left + 1, top + 1) * right;
  return above * (1 - lower) + below * lower;
}

void resize_against_double() {
  for (const Sizes& s :
       {Sizes{17, 9, 40, 23}, Sizes{64, 48, 37, 21}, Sizes{40, 20, 20, 10}, Sizes{13, 1, 5, 7},
        Sizes{1, 13, 5, 7}, Sizes{1, 1, 9, 3}, Sizes{3, 2, 3, 2}, Sizes{100, 3, 99, 2},
        Sizes{10, 10, 5, 5}, Sizes{5, 5, 1, 1}, Sizes{33, 31, 33, 62}, Sizes{2, 2, 1, 1}}) {
    for (int64_t gap : {0, 7}) {
      std::vector<uint8_t> rgb = noise(static_cast<std::size_t>(s.width * s.height * 3), 3);
      std::vector<uint8_t> target = resized(rgb, s, gap);
      double worst = 0;
      for (int64_t y = 0; y < s.target_height; y++) {
        for (int64_t i = 0; i < 3 * s.target_width; i++) {
          uint8_t got = target[static_cast<std::size_t>(y * (3 * s.target_width + gap) + i)];
          double error = std::fabs(got - blended(rgb, s, i / 3, y, i % 3));
          worst = error > worst ? error : worst;
        }
      }
      if (!(worst <= 1)) {
        std::fprintf(stderr, "resize %lldx%lld to %lldx%lld: off by %g\n",
                     static_cast<long long>(s.width), static_cast<long long>(s.height),
                     static_cast<long long>(s.target_width),
                     static_cast<long long>(s.target_height), worst);
      }
      CHECK(worst <= 1);
    }
  }
}

void resize_versions_equal(const Kernels& kernels) {
  const Kernels& scalar = yolo4j::pixels::kScalar;
  for (int32_t count : {1, 3, 4, 5, 7, 8, 9, 15, 16, 31, 61}) {
    int32_t source = count + count / 2 + 1;
    std::vector<uint8_t> rgb = noise(static_cast<std::size_t>(source * 3), 11);
    std::vector<int32_t> left(static_cast<std::size_t>(count));
    std::vector<int32_t> weight(left.size());
    yolo4j::pixels::ResizeColumns columns{left.data(), weight.data(), count, 0};
    for (int32_t i = 0; i < count; i++) {
      int32_t first = i * source / count;
      left[static_cast<std::size_t>(i)] = first * 3;
      weight[static_cast<std::size_t>(i)] = first == source - 1 ? 0 : (i * 977) % 2049;
      columns.safe += first * 3 + 8 <= source * 3 ? 1 : 0;
    }
    std::vector<int16_t> expected(static_cast<std::size_t>(count * 4));
    std::vector<int16_t> blended(expected.size());
    scalar.resize_columns(rgb.data(), columns, expected.data());
    kernels.resize_columns(rgb.data(), columns, blended.data());
    for (std::size_t i = 0; i < expected.size(); i++) {
      CHECK(i % 4 == 3 || expected[i] == blended[i]);
    }
    std::vector<int16_t> other(expected.rbegin(), expected.rend());
    for (int32_t part : {0, 1, 700, 2047, 2048}) {
      std::vector<uint8_t> one(static_cast<std::size_t>(count * 3));
      std::vector<uint8_t> two(one.size());
      scalar.resize_rows(expected.data(), other.data(), part, count, one.data());
      kernels.resize_rows(expected.data(), other.data(), part, count, two.data());
      CHECK(one == two);
    }
    std::vector<uint8_t> upper = noise(static_cast<std::size_t>(count * 6), 5);
    std::vector<uint8_t> lower = noise(static_cast<std::size_t>(count * 6), 6);
    std::vector<uint8_t> one(static_cast<std::size_t>(count * 3));
    std::vector<uint8_t> two(one.size());
    scalar.halve(upper.data(), lower.data(), count, one.data());
    kernels.halve(upper.data(), lower.data(), count, two.data());
    CHECK(one == two);
  }
}

void resize_arguments() {
  uint8_t pixel[3] = {1, 2, 3};
  uint8_t target[3] = {kCanary, kCanary, kCanary};
  CHECK_EQUAL(yolo4j_resize_u8(nullptr, 3, 1, 1, 1, 1, pixel), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "target and source must not be null");
  CHECK_EQUAL(yolo4j_resize_u8(target, 2, 1, 1, 1, 1, pixel), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "within its stride, got 1x1 to 1x1, stride 2");
  CHECK_EQUAL(yolo4j_resize_u8(target, 3, 1, 0, 1, 1, pixel), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_resize_u8(target, 3, 1, 1, 1 << 20, 1 << 20, pixel), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "the source below 2^31 bytes");
  CHECK_EQUAL(target[0], kCanary);
  CHECK_EQUAL(yolo4j_resize_u8(target, 3, 1, 1, 1, 1, pixel), YOLO4J_OK);
  CHECK_EQUAL(target[2], 3);
}

}  // namespace

int main() {
  warp_scalar_against_double();
  warp_identity_is_a_copy();
  warp_mirror_is_exact();
  warp_far_outside_is_filled();
  warp_blocks_fit_together();
  hsv_scalar_against_double();
  hsv_grey_changes_its_value_only();
  arguments();
  resize_against_double();
  resize_arguments();
  for (int32_t isa = 0; isa < yolo4j::kIsaCount; isa++) {
    const Kernels* kernels = isa == YOLO4J_ISA_SCALAR ? nullptr : kernels_of(isa);
    if (kernels != nullptr) {
      std::printf("pixels: %s against scalar\n", yolo4j_isa_name(isa));
      warp_versions_equal(*kernels);
      resize_versions_equal(*kernels);
      hsv_versions_equal(*kernels, {9000000, 12000000, 5000000});
      hsv_versions_equal(*kernels, {8000000, 3000001, 1 << 24});
    }
  }
  return check::result();
}
