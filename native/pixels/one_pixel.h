// One pixel in plain arithmetic: what the scalar kernels do, and the vector kernels at the edges.
// Everything is in integers, or in single float operations that have one right result, so that all
// versions give the same bits. In an anonymous namespace: every file that includes this gets its
// own copy, compiled for its own instruction set.
#pragma once

#include <cmath>
#include <cstdint>

#include "pixels/pixels.h"

namespace yolo4j::pixels {
namespace {

/// Sums of two coordinates may pass the range of int32 on their way; the result is in it.
inline int32_t wrapping_sum(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

inline const uint8_t* at(const Source& source, const uint8_t* fill, int32_t x, int32_t y) {
  bool inside = x >= 0 && x < source.width && y >= 0 && y < source.height;
  return inside ? source.rgb + (static_cast<int64_t>(y) * source.width + x) * kChannels : fill;
}

/// Bilinear between four neighbours; outside the source lies the fill.
inline void warp_pixel(const Source& source, int32_t x, int32_t y, uint8_t* target) {
  const uint8_t fill[kChannels] = {source.fill, source.fill, source.fill};
  constexpr int32_t one = 1 << kWeightBits;
  int32_t column = x >> kPlaceBits;
  int32_t line = y >> kPlaceBits;
  int32_t right = (x >> (kPlaceBits - kWeightBits)) & (one - 1);
  int32_t lower = (y >> (kPlaceBits - kWeightBits)) & (one - 1);
  const uint8_t* a = at(source, fill, column, line);
  const uint8_t* b = at(source, fill, column + 1, line);
  const uint8_t* c = at(source, fill, column, line + 1);
  const uint8_t* d = at(source, fill, column + 1, line + 1);
  for (int32_t i = 0; i < kChannels; i++) {
    int32_t above = a[i] * (one - right) + b[i] * right;
    int32_t below = c[i] * (one - right) + d[i] * right;
    int32_t sum = above * (one - lower) + below * lower;
    target[i] = static_cast<uint8_t>((sum + (1 << (2 * kWeightBits - 1))) >> (2 * kWeightBits));
  }
}

inline void resize_column(const uint8_t* rgb, const ResizeColumns& columns, int32_t i,
                          int16_t* blended) {
  const uint8_t* left = rgb + columns.left[i];
  int32_t weight = columns.weight[i];
  for (int32_t c = 0; c < kChannels; c++) {
    int32_t right = weight == 0 ? 0 : left[kChannels + c];
    int32_t sum = left[c] * ((1 << kResizeBits) - weight) + right * weight;
    blended[i * kBlended + c] = static_cast<int16_t>(sum >> 4);
  }
  blended[i * kBlended + kChannels] = 0;
}

inline void resize_pixel(const int16_t* upper, const int16_t* lower, int32_t weight, int32_t i,
                         uint8_t* target) {
  for (int32_t c = 0; c < kChannels; c++) {
    int32_t sum = ((upper[i * kBlended + c] * ((1 << kResizeBits) - weight)) >> 16) +
                  ((lower[i * kBlended + c] * weight) >> 16);
    target[i * kChannels + c] = static_cast<uint8_t>((sum + 2) >> 2);
  }
}

inline void halve_pixel(const uint8_t* upper, const uint8_t* lower, int32_t i, uint8_t* target) {
  for (int32_t c = 0; c < kChannels; c++) {
    int32_t left = 2 * i * kChannels + c;
    int32_t right = left + kChannels;
    int32_t sum = upper[left] + upper[right] + lower[left] + lower[right];
    target[i * kChannels + c] = static_cast<uint8_t>((sum + 2) >> 2);
  }
}

inline int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
inline int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

/// x·gain, the fraction cut off.
inline int32_t gained(int32_t x, uint32_t gain) {
  return static_cast<int32_t>((static_cast<uint32_t>(x) * gain) >> kGainBits);
}

/// round(numerator / d) in 12 bits' units, the way 8-bit HSV has always been computed.
inline int32_t reciprocal(float numerator, int32_t d) {
  return d == 0 ? 0 : static_cast<int32_t>(std::lrintf(numerator / static_cast<float>(d)));
}

/// value·(1 − saturation·share/30), where 7650 = 255·30 stands for 1.
inline uint8_t blend(int32_t value, int32_t saturation, int32_t share) {
  uint32_t part = static_cast<uint32_t>(7650 - saturation * share) * 8;
  uint32_t product = (part * (static_cast<uint32_t>(value) * 257)) >> 16;
  return static_cast<uint8_t>(((product + 120) * 273) >> 16);
}

/// How much of the colour a channel lacks, 0 … 30, by hue in units of 2 degrees from the channel's.
inline int32_t share(int32_t hue, int32_t offset) {
  int32_t k = hue + offset;
  k = k >= 180 ? k - 180 : k;
  return larger(smaller(smaller(k, 120 - k), 30), 0);
}

inline void adjust_pixel(uint8_t* rgb, const Gains& gains) {
  int32_t red = rgb[0];
  int32_t green = rgb[1];
  int32_t blue = rgb[2];
  int32_t value = larger(red, larger(green, blue));
  int32_t range = value - smaller(red, smaller(green, blue));
  int32_t distance = value == red     ? green - blue
                     : value == green ? blue - red + 2 * range
                                      : red - green + 4 * range;
  int32_t saturation = (range * reciprocal(255 * 4096.0f, value) + 2048) >> 12;
  int32_t hue = (distance * reciprocal(30 * 4096.0f, range) + 2048) >> 12;
  hue = hue < 0 ? hue + 180 : hue;
  hue = gained(hue, gains.hue);
  hue = hue >= 180 ? hue - 180 : hue;
  saturation = smaller(gained(saturation, gains.saturation), 255);
  value = smaller(gained(value, gains.value), 255);
  rgb[0] = blend(value, saturation, share(hue, 150));
  rgb[1] = blend(value, saturation, share(hue, 90));
  rgb[2] = blend(value, saturation, share(hue, 30));
}

}  // namespace
}  // namespace yolo4j::pixels
