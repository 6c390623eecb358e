// Attention over the pixels of maps in NHWC: what every instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "yolo4j.h"

namespace yolo4j::attention {

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };

/// A thread's workspace. Plain pointers: the files of instruction sets may share no function.
struct Tiles {
  float* query;   // [width][queries]: queries, scaled
  float* scores;  // [kKeys][queries]: their products with keys, then weights
  float* sums;    // [width][queries]: of weighted values
  float* most;    // [queries]: the largest score so far
  float* total;   // [queries]: the sum of weights so far
  float* shrink;  // [queries]: of what was summed before, for the new largest score
  float* row;     // [wide]: one query, one result
  float* keys;    // [kKeys][wide]: of bfloat16, as floats
  float* values;  // likewise
  int64_t wide;   // the head's channels as whole registers
};

/// One head of one image for some queries that follow each other: what a thread does at once.
struct Unit {
  const void* query;  // the first query's pixel, the head's first channel
  const void* key;    // the image's first pixel, the head's first channel
  const void* value;  // likewise
  void* y;            // the first query's pixel, the head's first channel
  int64_t queries;
  int64_t pixels;   // of the image: so many keys and values
  int64_t width;    // channels of the head
  int64_t x_pixel;  // elements from one pixel to the next
  int64_t y_pixel;
  float scale;  // of a product of a query and a key
  Tiles tiles;
};

/// Kernels of one instruction set.
struct Kernels {
  int64_t queries;  // that a unit has at most
  void (*attend[kElements])(const Unit& unit);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

/// Keys that are looked at in one go.
constexpr int64_t kKeys = 64;

/// Checked parameters.
struct Attention {
  const Kernels* kernels;
  int32_t element;
  yolo4j_attention given;

  int64_t width() const { return given.channels / given.heads; }
  int64_t element_size() const { return element == kF32 ? 4 : 2; }
  int64_t blocks() const { return (given.pixels + kernels->queries - 1) / kernels->queries; }
  int64_t units() const { return given.images * given.heads * blocks(); }
};

/// How many threads work, and the floats that each of them needs.
int32_t threads(const Attention& attention);
int64_t thread_floats(const Attention& attention);

/// Takes `workspace` of threads * thread_floats.
void run(const Attention& attention, const void* x, void* y, float* workspace);

}  // namespace yolo4j::attention
