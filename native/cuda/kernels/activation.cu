// Activations of elements without gaps: 16 bytes a thread and step where buffers are aligned, the
// rest by elements. y may be x, so nothing is __restrict__.
#include "cuda/kernels/activation.h"

namespace yolo4j::cuda {

template <typename T>
DEVICE void activation_forward(const T* x, T* y, const ElementwiseShape& shape) {
  constexpr int kVector = 16 / sizeof(T);
  int64_t first = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  int64_t vectors = shape.aligned != 0 ? shape.count / kVector : 0;
  for (int64_t i = first; i < vectors; i += step) {
    float values[kVector];
    load_aligned<T, kVector>(x + i * kVector, values);
#pragma unroll
    for (int k = 0; k < kVector; k++) {
      values[k] = activate(shape.activation, values[k]);
    }
    store_aligned<T, kVector>(y + i * kVector, values);
  }
  for (int64_t i = vectors * kVector + first; i < shape.count; i += step) {
    y[i] = from_float<T>(activate(shape.activation, to_float(x[i])));
  }
}

template <typename T>
DEVICE void activation_backward(const T* x, const T* dy, T* dx, const ElementwiseShape& shape) {
  constexpr int kVector = 16 / sizeof(T);
  int64_t first = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  int64_t vectors = shape.aligned != 0 ? shape.count / kVector : 0;
  for (int64_t i = first; i < vectors; i += step) {
    float u[kVector];
    float gradient[kVector];
    load_aligned<T, kVector>(x + i * kVector, u);
    load_aligned<T, kVector>(dy + i * kVector, gradient);
#pragma unroll
    for (int k = 0; k < kVector; k++) {
      gradient[k] = activate_backward(shape.activation, u[k], gradient[k]);
    }
    store_aligned<T, kVector>(dx + i * kVector, gradient);
  }
  for (int64_t i = vectors * kVector + first; i < shape.count; i += step) {
    dx[i] = from_float<T>(activate_backward(shape.activation, to_float(x[i]), to_float(dy[i])));
  }
}

}  // namespace yolo4j::cuda

#define ACTIVATION_KERNELS(type, suffix)                                       \
  KERNEL activation_forward_##suffix(const type* x, type* y,                   \
                                     yolo4j::cuda::ElementwiseShape shape) {   \
    yolo4j::cuda::activation_forward<type>(x, y, shape);                       \
  }                                                                            \
  KERNEL activation_backward_##suffix(const type* x, const type* dy, type* dx, \
                                      yolo4j::cuda::ElementwiseShape shape) {  \
    yolo4j::cuda::activation_backward<type>(x, dy, dx, shape);                 \
  }
FOR_TYPES(ACTIVATION_KERNELS)
#undef ACTIVATION_KERNELS
