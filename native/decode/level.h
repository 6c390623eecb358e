// One level of a head, checked, and the walk over its cells.
#pragma once

#include <cstdint>

#include "decode/decode.h"
#include "yolo4j.h"

namespace yolo4j::decode {

using Buffers = yolo4j_decode_buffers;

/// Checked parameters.
struct Level {
  const Kernels* kernels;
  int32_t element;
  bool every_class;  // over the confidence; with a single class that is the best one
  yolo4j_decode p;

  int64_t element_size() const { return element == kF32 ? 4 : 2; }
  int64_t cells() const { return p.height * p.width; }
};

/// Appends the level's candidates and returns how many there are now, with those that don't fit.
int64_t decode(const Level& level, const Buffers& buffers);

}  // namespace yolo4j::decode
