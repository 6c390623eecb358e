// Warp intrinsics, atomics and scalar functions that our kernels use; others are missing on
// purpose.
#pragma once

#include "hostcuda/block.h"

namespace hostcuda {

template <typename T>
uint64_t pack(T value) {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable<T>::value, "up to 8 bytes");
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

template <typename T>
T unpack(uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

template <typename T>
HOSTCUDA_UNSEEN T shuffle(unsigned mask, T value, int source, const char* where) {
  Group& group = collect(mask, pack(value), kShuffle, where);
  if ((group.result_mask >> source & 1) == 0) {
    die("a shuffle must read a lane that takes part");
  }
  return unpack<T>(group.result[source]);
}

HOSTCUDA_UNSEEN inline unsigned ballot(unsigned mask, bool predicate, const char* where) {
  Group& group = collect(mask, predicate ? 1 : 0, kVote, where);
  unsigned bits = 0;
  for (int i = 0; i < 32; i++) {
    bits |= (group.result_mask >> i & 1) != 0 && group.result[i] != 0 ? 1u << i : 0;
  }
  return bits;
}

inline int lane() { return runtime.current->lane; }

}  // namespace hostcuda

#define __shfl_sync(mask, value, source) hostcuda::shuffle(mask, value, (source)&31, HOSTCUDA_WHERE)
#define __shfl_xor_sync(mask, value, distance) \
  hostcuda::shuffle(mask, value, hostcuda::lane() ^ (distance), HOSTCUDA_WHERE)
#define __ballot_sync(mask, predicate) hostcuda::ballot(mask, predicate, HOSTCUDA_WHERE)
#define __syncwarp() (void)hostcuda::collect(~0u, 0, hostcuda::kSync, HOSTCUDA_WHERE)

inline unsigned long long atomicAdd(unsigned long long* to, unsigned long long value) {
  return __atomic_fetch_add(to, value, __ATOMIC_ACQ_REL);
}

inline int __popc(unsigned v) { return __builtin_popcount(v); }
inline int __popcll(unsigned long long v) { return __builtin_popcountll(v); }
inline int __ffs(int v) { return __builtin_ffs(v); }
inline int __ffsll(long long v) { return __builtin_ffsll(v); }
inline unsigned __float_as_uint(float v) { return hostcuda::unpack<unsigned>(hostcuda::pack(v)); }
inline float __expf(float v) { return expf(v); }
inline float __fdividef(float a, float b) { return a / b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
using std::memcpy;

template <typename T>
T min(T a, T b) {
  return b < a ? b : a;
}
template <typename T>
T max(T a, T b) {
  return a < b ? b : a;
}
