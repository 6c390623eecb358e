// Elements of tensors one at a time: float32, and bfloat16 as its 16 bits. For files compiled
// without an instruction set of their own (runtime/README.md).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace yolo4j {

inline double value(const float* x) { return *x; }

inline double value(const uint16_t* x) {
  uint32_t bits = static_cast<uint32_t>(*x) << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

inline void put(float* y, double v) { *y = static_cast<float>(v); }

/// bfloat16 is the upper half of a float: rounded to the nearest, ties to the even one.
inline void put(uint16_t* y, double v) {
  float narrow = static_cast<float>(v);
  uint32_t bits;
  std::memcpy(&bits, &narrow, sizeof bits);
  *y = std::isnan(narrow) ? UINT16_C(0x7fc0)
                          : static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

}  // namespace yolo4j
