// Keywords and built-in types of CUDA C++ that our kernels use.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __restrict__ __restrict

struct uint3 {
  unsigned x, y, z;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(16) float4 {
  float x, y, z, w;
};

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define HOSTCUDA_ADDRESS 1
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define HOSTCUDA_THREAD 1
#include <sanitizer/tsan_interface.h>
#define HOSTCUDA_RELEASE(address) __tsan_release(address)
#define HOSTCUDA_ACQUIRE(address) __tsan_acquire(address)
#else
#define HOSTCUDA_RELEASE(address) (void)0
#define HOSTCUDA_ACQUIRE(address) (void)0
#endif
/// The machinery beside the kernels must be invisible to sanitizers, and so uses plain arrays only.
#define HOSTCUDA_UNSEEN __attribute__((noinline, no_sanitize_address, no_sanitize_thread))
