// Kernels on 8-bit RGB pictures, interleaved; see README.md.
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

/// Bits of the weights of a resized picture.
constexpr int32_t kResizeBits = 11;
/// Numbers of a pixel in a row whose columns are blended: red, green, blue and one that doesn't
/// matter.
constexpr int32_t kBlended = 4;

/// Columns of a resized row: pixel i is (2^11 - weight[i]) times the pixel of the source that
/// starts at byte left[i], and weight[i] times its right neighbour; where weight[i] is 0 there may
/// be none.
struct ResizeColumns {
  const int32_t* left;
  const int32_t* weight;
  int32_t count;
  /// So many of the first pixels have eight bytes from left[i] on in the row.
  int32_t safe;
};

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
  /// Blends the columns of a row; numbers of 15 bits, kBlended a pixel.
  void (*resize_columns)(const uint8_t* rgb, const ResizeColumns& columns, int16_t* blended);
  /// Writes `count` pixels between two blended rows, `weight` of 2^11 the lower one's.
  void (*resize_rows)(const int16_t* upper, const int16_t* lower, int32_t weight, int32_t count,
                      uint8_t* target);
  /// Writes `count` pixels, each the mean of two neighbours in two rows.
  void (*halve)(const uint8_t* upper, const uint8_t* lower, int32_t count, uint8_t* target);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
/// In a file of its own, for its length.
void adjust_hsv__avx2(uint8_t* rgb, int64_t count, const Gains& gains);
void resize_columns__avx2(const uint8_t* rgb, const ResizeColumns& columns, int16_t* blended);
void resize_rows__avx2(const int16_t* upper, const int16_t* lower, int32_t weight, int32_t count,
                       uint8_t* target);
void halve__avx2(const uint8_t* upper, const uint8_t* lower, int32_t count, uint8_t* target);
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::pixels
