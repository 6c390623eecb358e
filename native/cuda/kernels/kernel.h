// The one header that kernels include. The same files are compiled by nvcc for GPUs and, with
// YOLO4J_HOSTCUDA, by the C++ compiler for the tests, which run them on the CPU.
//
// Rules: no <<<>>>; SHARED_ARRAY instead of __shared__; kernels are extern "C" wrappers around
// templates, listed in kernel_list.h; only *_sync intrinsics, with full masks; sums in float32 with
// fmaf, half types only at loads and stores; vectors only where alignment is proven.
#pragma once

#if defined(YOLO4J_HOSTCUDA)
#include "hostcuda/hostcuda.h"
#else
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#define SHARED_ARRAY(type, name, dimensions) __shared__ type name dimensions
#endif

#include "cuda/shapes.h"
#include "yolo4j.h"

#define KERNEL extern "C" __global__ void
#define DEVICE __device__ __forceinline__

/// Wrappers of a template for each type; BODY is a macro that takes the type and the suffix.
#define FOR_TYPES(BODY) BODY(float, f32) BODY(__half, f16) BODY(__nv_bfloat16, bf16)

namespace yolo4j::cuda {

constexpr unsigned kAllLanes = 0xffffffffu;

DEVICE float to_float(float v) { return v; }
DEVICE float to_float(__half v) { return __half2float(v); }
DEVICE float to_float(__nv_bfloat16 v) { return __bfloat162float(v); }

template <typename T>
DEVICE T from_float(float v);
template <>
DEVICE float from_float<float>(float v) {
  return v;
}
template <>
DEVICE __half from_float<__half>(float v) {
  return __float2half_rn(v);
}
template <>
DEVICE __nv_bfloat16 from_float<__nv_bfloat16>(float v) {
  return __float2bfloat16_rn(v);
}

/// Registers of 8 or 16 bytes that one instruction moves.
template <int kBytes>
struct Register;
template <>
struct Register<8> {
  using Type = uint2;
};
template <>
struct Register<16> {
  using Type = uint4;
};

/// N neighbours at a multiple of N elements.
template <typename T, int N>
DEVICE void load_aligned(const T* from, float (&values)[N]) {
  typename Register<sizeof(T)* N>::Type bits =
      *reinterpret_cast<const typename Register<sizeof(T) * N>::Type*>(from);
  T elements[N];
  memcpy(elements, &bits, sizeof bits);
#pragma unroll
  for (int i = 0; i < N; i++) {
    values[i] = to_float(elements[i]);
  }
}

template <typename T, int N>
DEVICE void store_aligned(T* to, const float (&values)[N]) {
  T elements[N];
#pragma unroll
  for (int i = 0; i < N; i++) {
    elements[i] = from_float<T>(values[i]);
  }
  typename Register<sizeof(T) * N>::Type bits;
  memcpy(&bits, elements, sizeof bits);
  *reinterpret_cast<typename Register<sizeof(T) * N>::Type*>(to) = bits;
}

/// Four neighbours, of which `valid` exist; the others become zeros. `aligned` only where all do.
template <typename T>
DEVICE void load_four(const T* from, int valid, bool aligned, float (&values)[4]) {
  if (aligned) {
    load_aligned<T, 4>(from, values);
    return;
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    values[i] = i < valid ? to_float(from[i]) : 0.0f;
  }
}

template <typename T>
DEVICE void store_four(T* to, int valid, bool aligned, const float (&values)[4]) {
  if (aligned) {
    store_aligned<T, 4>(to, values);
    return;
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    if (i < valid) {
      to[i] = from_float<T>(values[i]);
    }
  }
}

/// The sum over the warp, in every lane. All lanes must arrive.
DEVICE float warp_sum(float v) {
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2) {
    v += __shfl_xor_sync(kAllLanes, v, distance);
  }
  return v;
}

/// The sum over a block of `threads` (a multiple of 32), right in thread 0. All threads must
/// arrive, with the same `warp_sums` of 32 floats in shared memory.
DEVICE float block_sum(float v, int threads, float* warp_sums) {
  int thread = static_cast<int>(threadIdx.x);
  v = warp_sum(v);
  __syncthreads();
  if (thread % 32 == 0) {
    warp_sums[thread / 32] = v;
  }
  __syncthreads();
  float sum = 0;
  if (thread == 0) {
    for (int warp = 0; warp < threads / 32; warp++) {
      sum += warp_sums[warp];
    }
  }
  return sum;
}

/// i / d, in 32 bits where that is enough: GPUs divide 64 bits by a long routine.
DEVICE int64_t divide(int64_t i, int64_t d) {
  return ((i | d) >> 32) == 0
             ? static_cast<int64_t>(static_cast<uint32_t>(i) / static_cast<uint32_t>(d))
             : i / d;
}

}  // namespace yolo4j::cuda
