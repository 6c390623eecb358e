// What a GPU does at best: multiply-adds on its lanes with nothing to load, passes over memory with
// nothing to compute, and a kernel that does nothing. What they compute is exact for small whole
// numbers, so that tests see every operation.
#include "cuda/kernels/kernel.h"

namespace yolo4j::cuda {

DEVICE unsigned two_halves(float low, float high) {
  __half halves[2] = {from_float<__half>(low), from_float<__half>(high)};
  unsigned bits;
  memcpy(&bits, halves, sizeof bits);
  return bits;
}

DEVICE float sum_of_halves(unsigned bits) {
  __half halves[2];
  memcpy(halves, &bits, sizeof bits);
  return to_float(halves[0]) + to_float(halves[1]);
}

/// Two multiply-adds in one instruction.
DEVICE unsigned fma_halves(unsigned x, unsigned factor, unsigned term) {
#if defined(__CUDA_ARCH__)
  unsigned result;
  asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(result) : "r"(x), "r"(factor), "r"(term));
  return result;
#else
  __half a[2];
  __half b[2];
  __half c[2];
  memcpy(a, &x, sizeof a);
  memcpy(b, &factor, sizeof b);
  memcpy(c, &term, sizeof c);
  return two_halves(fmaf(to_float(a[0]), to_float(b[0]), to_float(c[0])),
                    fmaf(to_float(a[1]), to_float(b[1]), to_float(c[1])));
#endif
}

/// A float's arithmetic, one operation an instruction.
struct FloatLane {
  using Value = float;
  static DEVICE Value make(float v) { return v; }
  static DEVICE Value fma(Value x, Value factor, Value term) { return fmaf(x, factor, term); }
  static DEVICE float sum(Value v) { return v; }
};

/// Two float16 numbers' arithmetic, two operations an instruction.
struct HalvesLane {
  using Value = unsigned;
  static DEVICE Value make(float v) { return two_halves(v, v); }
  static DEVICE Value fma(Value x, Value factor, Value term) { return fma_halves(x, factor, term); }
  static DEVICE float sum(Value v) { return sum_of_halves(v); }
};

/// Each chain: x = x * factor + term, kLaneSteps times a round, from the chain's number plus the
/// thread's modulo 4. out[thread]: the sum of the chains.
template <typename Lane>
DEVICE void multiply_add(float* out, const RoofShape& shape) {
  typename Lane::Value x[kLaneChains];
  typename Lane::Value factor = Lane::make(shape.factor);
  typename Lane::Value term = Lane::make(shape.term);
  unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
#pragma unroll
  for (int k = 0; k < kLaneChains; k++) {
    x[k] = Lane::make(static_cast<float>(k) + static_cast<float>(thread % 4));
  }
#pragma unroll 1
  for (int round = 0; round < shape.rounds; round++) {
#pragma unroll
    for (int step = 0; step < kLaneSteps; step++) {
#pragma unroll
      for (int k = 0; k < kLaneChains; k++) {
        x[k] = Lane::fma(x[k], factor, term);
      }
    }
  }
  float sum = 0;
#pragma unroll
  for (int k = 0; k < kLaneChains; k++) {
    sum += Lane::sum(x[k]);
  }
  out[thread] = sum;
}

/// Past the first caches, which would keep a thread's share of a small array.
DEVICE uint4 load_from_l2(const uint4* from) {
#if defined(__CUDA_ARCH__)
  uint4 v;
  // Volatile: each round has to load.
  asm volatile("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
               : "l"(from));
  return v;
#else
  return *from;
#endif
}

DEVICE void store_to_l2(uint4* to, uint4 v) {
#if defined(__CUDA_ARCH__)
  asm volatile("st.global.cg.v4.u32 [%0], {%1, %2, %3, %4};"
               :
               : "l"(to), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w)
               : "memory");
#else
  *to = v;
#endif
}

DEVICE unsigned triad(unsigned x, unsigned y) {
  float a;
  float b;
  memcpy(&a, &x, sizeof a);
  memcpy(&b, &y, sizeof b);
  float sum = fmaf(0.5f, b, a);
  memcpy(&x, &sum, sizeof x);
  return x;
}

/// The vectors of a thread, which nobody else touches, in all rounds: store(i, load(i)). Four loads
/// are on their way before the first store, which would wait for its own.
template <typename Load, typename Store>
DEVICE void each_vector(const RoofPassShape& shape, const Load& load, const Store& store) {
  constexpr int kAtOnce = 4;
  int64_t first = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
#pragma unroll 1
  for (int round = 0; round < shape.rounds; round++) {
    int64_t i = first;
#pragma unroll 1
    for (; i + (kAtOnce - 1) * step < shape.vectors; i += kAtOnce * step) {
      uint4 values[kAtOnce];
#pragma unroll
      for (int k = 0; k < kAtOnce; k++) {
        values[k] = load(i + k * step);
      }
#pragma unroll
      for (int k = 0; k < kAtOnce; k++) {
        store(i + k * step, values[k]);
      }
    }
#pragma unroll 1
    for (; i < shape.vectors; i += step) {
      store(i, load(i));
    }
  }
}

DEVICE uint4 negated(uint4 v) {
  constexpr unsigned kSign = 0x80000000u;
  return uint4{v.x ^ kSign, v.y ^ kSign, v.z ^ kSign, v.w ^ kSign};
}

/// Ordinary floats: 1 to 2 by the vector's number.
DEVICE uint4 pattern(int64_t i) {
  unsigned v = 0x3f800000u + (static_cast<unsigned>(i) & 0xffu) * 0x8000u;
  return uint4{v, v, v, v};
}

DEVICE uint4 triad(uint4 x, uint4 y) {
  return uint4{triad(x.x, y.x), triad(x.y, y.y), triad(x.z, y.z), triad(x.w, y.w)};
}

}  // namespace yolo4j::cuda

KERNEL roof_lanes_f32(float* out, yolo4j::cuda::RoofShape shape) {
  yolo4j::cuda::multiply_add<yolo4j::cuda::FloatLane>(out, shape);
}

KERNEL roof_lanes_f16(float* out, yolo4j::cuda::RoofShape shape) {
  yolo4j::cuda::multiply_add<yolo4j::cuda::HalvesLane>(out, shape);
}

/// sums[thread]: of all words that the thread has read, so that they are.
KERNEL roof_read(const uint4* x, unsigned* sums, yolo4j::cuda::RoofPassShape shape) {
  unsigned sum = 0;
  yolo4j::cuda::each_vector(
      shape, [&](int64_t i) { return yolo4j::cuda::load_from_l2(x + i); },
      [&](int64_t, uint4 v) { sum += v.x + v.y + v.z + v.w; });
  sums[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

KERNEL roof_write(uint4* y, yolo4j::cuda::RoofPassShape shape) {
  yolo4j::cuda::each_vector(
      shape, [&](int64_t i) { return yolo4j::cuda::pattern(i); },
      [&](int64_t i, uint4 v) { yolo4j::cuda::store_to_l2(y + i, v); });
}

KERNEL roof_copy(const uint4* x, uint4* y, yolo4j::cuda::RoofPassShape shape) {
  yolo4j::cuda::each_vector(
      shape, [&](int64_t i) { return yolo4j::cuda::load_from_l2(x + i); },
      [&](int64_t i, uint4 v) { yolo4j::cuda::store_to_l2(y + i, v); });
}

/// z = x + y / 2, as floats.
KERNEL roof_triad(const uint4* x, const uint4* y, uint4* z, yolo4j::cuda::RoofPassShape shape) {
  yolo4j::cuda::each_vector(
      shape,
      [&](int64_t i) {
        uint4 a = yolo4j::cuda::load_from_l2(x + i);
        return yolo4j::cuda::triad(a, yolo4j::cuda::load_from_l2(y + i));
      },
      [&](int64_t i, uint4 v) { yolo4j::cuda::store_to_l2(z + i, v); });
}

/// x = -x as floats, in place.
KERNEL roof_update(uint4* x, yolo4j::cuda::RoofPassShape shape) {
  yolo4j::cuda::each_vector(
      shape, [&](int64_t i) { return yolo4j::cuda::negated(yolo4j::cuda::load_from_l2(x + i)); },
      [&](int64_t i, uint4 v) { yolo4j::cuda::store_to_l2(x + i, v); });
}

/// For the time of a launch.
KERNEL roof_empty(int nothing) { static_cast<void>(nothing); }
