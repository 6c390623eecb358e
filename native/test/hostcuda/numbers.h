// __half and __nv_bfloat16: storage and conversions, rounded to nearest even. No arithmetic: our
// kernels compute in float.
#pragma once

#include "hostcuda/language.h"

struct alignas(2) __half {
  uint16_t bits;
};
struct alignas(2) __nv_bfloat16 {
  uint16_t bits;
};

inline float __half2float(__half half) {
  uint32_t sign = static_cast<uint32_t>(half.bits & 0x8000) << 16;
  uint32_t exponent = half.bits >> 10 & 31;
  uint32_t fraction = half.bits & 0x3ff;
  uint32_t wide = sign;
  if (exponent == 31) {
    wide = sign | 0x7f800000 | fraction << 13 | (fraction != 0 ? 0x400000 : 0);
  } else if (exponent != 0) {
    wide = sign | (exponent + 112) << 23 | fraction << 13;
  } else if (fraction != 0) {  // denormal there, normal here
    int shift = __builtin_clz(fraction) - 21;
    wide = sign | static_cast<uint32_t>(113 - shift) << 23 | (fraction << shift & 0x3ff) << 13;
  }
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

inline __half __float2half_rn(float value) {
  uint32_t wide;
  std::memcpy(&wide, &value, sizeof wide);
  uint16_t sign = static_cast<uint16_t>(wide >> 16 & 0x8000);
  int exponent = static_cast<int>(wide >> 23 & 0xff) - 127;
  uint32_t fraction = wide & 0x7fffff;
  if (exponent == 128) {
    return __half{static_cast<uint16_t>(fraction != 0 ? 0x7fff : sign | 0x7c00)};
  }
  if (exponent < -25) {
    return __half{sign};
  }
  fraction |= 1u << 23;
  int shift = exponent < -14 ? 13 + (-14 - exponent) : 13;
  uint32_t kept = fraction >> shift;
  uint32_t rest = fraction & ((1u << shift) - 1);
  uint32_t middle = 1u << (shift - 1);
  if (rest > middle || (rest == middle && (kept & 1) != 0)) {
    kept++;
  }
  // A carry goes on into the exponent, as it should.
  uint32_t narrow = exponent < -14 ? kept : (static_cast<uint32_t>(exponent + 14) << 10) + kept;
  return __half{static_cast<uint16_t>(sign | (narrow >= 0x7c00 ? 0x7c00 : narrow))};
}

inline float __bfloat162float(__nv_bfloat16 narrow) {
  uint32_t wide = static_cast<uint32_t>(narrow.bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

inline __nv_bfloat16 __float2bfloat16_rn(float value) {
  uint32_t wide;
  std::memcpy(&wide, &value, sizeof wide);
  if ((wide & 0x7fffffff) > 0x7f800000) {
    return __nv_bfloat16{0x7fff};
  }
  return __nv_bfloat16{static_cast<uint16_t>((wide + 0x7fff + (wide >> 16 & 1)) >> 16)};
}
