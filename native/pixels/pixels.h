// Kernels on 8-bit RGB pictures, interleaved and without gaps between rows; see README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::pixels {

constexpr int32_t kChannels = 3;

/// Fraction bits of coordinates, and of the weights that are made of them.
constexpr int32_t kPlaceBits = 16;
constexpr int32_t kWeightBits = 7;

/// A picture to read from.
struct Source {
  const uint8_t* rgb;
  int32_t width;
  int32_t height;
  uint8_t fill;
};

/// Where the pixels of a row of the result look. Pixel i looks at column (x + dx[i]) / 2^16 and row
/// (y + dy[i]) / 2^16 of the source; half a weight's unit is in x and y already.
struct Row {
  const int32_t* dx;
  const int32_t* dy;
  int32_t x;
  int32_t y;
  int32_t count;
};

/// A block of a result whose rows are rows of the source: pixel (i, j) looks at column x[i] / 2^16
/// and row y[j] / 2^16, half a weight's unit added.
struct Upright {
  const int32_t* x;
  int32_t columns;
  const int32_t* y;
  int32_t rows;
  /// The first of the source's columns that are looked at, which may lie outside, and how many.
  int32_t first;
  int32_t span;
  /// Bytes from row to row of the result.
  int64_t stride;
};

/// The longest side of a block, and the greatest number of columns that an upright one looks at.
constexpr int32_t kBlock = 256;
constexpr int32_t kLongestSpan = 1024;

/// Gains in units of 2^-23, at most 2.
struct Gains {
  uint32_t hue;
  uint32_t saturation;
  uint32_t value;
};

constexpr int32_t kGainBits = 23;

struct Kernels {
  /// Writes row.count pixels of the result.
  void (*warp_row)(const Source& source, const Row& row, uint8_t* target);
  /// Writes a block. Gives what warp_row gives, row after row.
  void (*warp_upright)(const Source& source, const Upright& block, uint8_t* target);
  /// Changes `count` pixels in place.
  void (*adjust_hsv)(uint8_t* rgb, int64_t count, const Gains& gains);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
/// In a file of its own, for its length.
void adjust_hsv__avx2(uint8_t* rgb, int64_t count, const Gains& gains);
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::pixels
