// Pooling, sums and other types of feature maps in NHWC whose pixels may stand apart: what every
// instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "yolo4j.h"

namespace yolo4j::maps {

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kFloats, kU8 = kFloats, kElements };

/// One row of a pooled map: where its window lies in x.
struct PoolRow {
  const void* x;  // the window's first row that lies within, its column 0
  void* y;        // the row's column 0
  int64_t rows;   // of the window that lie within
  int64_t channels;
  int64_t width;  // of x
  int64_t y_width;
  int64_t kernel;
  int64_t stride;
  int64_t pad;      // left of x
  int64_t x_row;    // elements from one row of x to the next
  int64_t x_pixel;  // elements from one pixel of x to the next
  int64_t y_pixel;
};

/// y = a + b over pixels that stand apart.
struct SumRun {
  const void* a;
  const void* b;
  void* y;
  int64_t pixels;
  int64_t channels;
  int64_t a_pixel;
  int64_t b_pixel;
  int64_t y_pixel;
};

/// What bytes stand for: (byte - zero) * scale.
struct Scale {
  float scale;
  float zero;
};

/// y = x in another type, over pixels that stand apart.
struct ConvertRun {
  const void* x;
  void* y;
  int64_t pixels;
  int64_t channels;
  int64_t x_pixel;
  int64_t y_pixel;
  Scale from;
  Scale to;
};

/// Kernels of one instruction set.
struct Kernels {
  void (*pool_row[kElements])(const PoolRow& row);
  void (*sum[kFloats])(const SumRun& run);
  void (*convert[kElements][kElements])(const ConvertRun& run);  // from, to
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

/// Columns of x that a kernel looks at in one go; the widest window.
constexpr int64_t kMostColumns = 64;

/// Checked parameters.
struct Pool {
  const Kernels* kernels;
  int32_t element;
  yolo4j_max_pool given;
  int64_t y_height;
  int64_t y_width;
};

struct Sum {
  const Kernels* kernels;
  int32_t element;
  yolo4j_sum given;
};

struct Requantize {
  const Kernels* kernels;
  int32_t from;
  int32_t to;
  yolo4j_requantize given;
};

void pool(const Pool& pool, const void* x, void* y);
void requantize(const Requantize& map, const void* x, void* y);
void sum(const Sum& sum, const void* a, const void* b, void* y);

}  // namespace yolo4j::maps
