// What the tensor cores do at best: products of a warp (mma.sync) of a 16 x 16 matrix with a 16 x 8
// one, in float32 sums; of TF32 16 x 8 with 8 x 8. On the CPU, for tests, the same by shuffles.
#include "cuda/kernels/kernel.h"

namespace yolo4j::cuda {

/// float32 whose low bits nobody looks at.
struct Tf32 {};

/// How many elements of a matrix a register has.
template <typename T>
struct Packing {
  static constexpr int kElements = 2;
};
template <>
struct Packing<Tf32> {
  static constexpr int kElements = 1;
};

template <typename T>
DEVICE unsigned packed(float first, float second) {
  T elements[2] = {from_float<T>(first), from_float<T>(second)};
  unsigned bits;
  memcpy(&bits, elements, sizeof bits);
  return bits;
}
template <>
DEVICE unsigned packed<Tf32>(float first, float) {
  unsigned bits;
  memcpy(&bits, &first, sizeof bits);
  return bits;
}

// Small whole numbers, which all types hold exactly.
DEVICE float left(int row, int k) { return static_cast<float>((row + 2 * k) % 5 - 2); }
DEVICE float right(int k, int column) { return static_cast<float>((3 * k + column) % 5 - 2); }

#if !defined(__CUDA_ARCH__)
template <typename T>
DEVICE float element(unsigned bits, int index) {
  T elements[2];
  memcpy(elements, &bits, sizeof bits);
  return to_float(elements[index]);
}
template <>
DEVICE float element<Tf32>(unsigned bits, int) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// d += a b as the instruction spreads them over a warp: a lane has rows lane / 4 and 8 below, and
/// of d the columns 2 (lane % 4) and the next.
template <typename T>
DEVICE void product(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  int lane = static_cast<int>(threadIdx.x % 32);
  for (int p = 0; p < 8; p++) {
    int source = lane / 4 * 4 + p % 4;
    unsigned upper = __shfl_sync(kAllLanes, a[p / 4 * 2], source);
    unsigned lower = __shfl_sync(kAllLanes, a[p / 4 * 2 + 1], source);
    for (int j = 0; j < 2; j++) {
      unsigned column = __shfl_sync(kAllLanes, b[p / 4], (lane % 4 * 2 + j) * 4 + p % 4);
      for (int e = 0; e < Packing<T>::kElements; e++) {
        d[j] = fmaf(element<T>(upper, e), element<T>(column, e), d[j]);
        d[2 + j] = fmaf(element<T>(lower, e), element<T>(column, e), d[2 + j]);
      }
    }
  }
}
#else
template <typename T>
DEVICE void product(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]);

template <>
DEVICE void product<__half>(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  for (int half = 0; half < 2; half++) {
    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 "
        "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[2 * half]), "r"(a[2 * half + 1]), "r"(b[half]));
  }
#endif
}

// Compute capability 7.5 has none of these; the launcher refuses them there.
template <>
DEVICE void product<__nv_bfloat16>(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}

template <>
DEVICE void product<Tf32>(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}
#endif

/// Each chain adds the product to its sum, kTensorSteps times a round, from the chain's number.
/// out: a 16 x 8 matrix a warp, the sums of the chains.
template <typename T>
DEVICE void multiply_matrices(float* out, const RoofShape& shape) {
  constexpr int kElements = Packing<T>::kElements;
  int lane = static_cast<int>(threadIdx.x % 32);
  unsigned a[4];
  unsigned b[2];
#pragma unroll
  for (int r = 0; r < 4; r++) {
    int row = lane / 4 + r % 2 * 8;
    int k = kElements * (lane % 4 + r / 2 * 4);
    a[r] = packed<T>(left(row, k), left(row, k + 1));
  }
#pragma unroll
  for (int r = 0; r < 2; r++) {
    int k = kElements * (lane % 4 + r * 4);
    b[r] = packed<T>(right(k, lane / 4), right(k + 1, lane / 4));
  }
  float d[kTensorChains][4];
#pragma unroll
  for (int chain = 0; chain < kTensorChains; chain++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      d[chain][i] = static_cast<float>(chain);
    }
  }
#pragma unroll 1
  for (int round = 0; round < shape.rounds; round++) {
#pragma unroll
    for (int step = 0; step < kTensorSteps; step++) {
#pragma unroll
      for (int chain = 0; chain < kTensorChains; chain++) {
        product<T>(d[chain], a, b);
      }
    }
  }
  int64_t warp = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
  float* matrix = out + warp * 16 * 8;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    float sum = 0;
#pragma unroll
    for (int chain = 0; chain < kTensorChains; chain++) {
      sum += d[chain][i];
    }
    matrix[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sum;
  }
}

}  // namespace yolo4j::cuda

#define ROOF_TENSOR_KERNEL(type, suffix)                                   \
  KERNEL roof_tensor_##suffix(float* out, yolo4j::cuda::RoofShape shape) { \
    yolo4j::cuda::multiply_matrices<type>(out, shape);                     \
  }
ROOF_TENSOR_KERNEL(yolo4j::cuda::Tf32, f32)
ROOF_TENSOR_KERNEL(__half, f16)
ROOF_TENSOR_KERNEL(__nv_bfloat16, bf16)
#undef ROOF_TENSOR_KERNEL
