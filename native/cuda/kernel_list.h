// Every kernel by its name, once: the launchers' codes and names, and the tests' table of functions
// are made of this list.
#pragma once

// A kernel a type, always in this order.
#define YOLO4J_CUDA_OF_TYPES(K, name) K(name##_f32) K(name##_f16) K(name##_bf16)

#define YOLO4J_CUDA_ACTIVATION_KERNELS(K)     \
  YOLO4J_CUDA_OF_TYPES(K, activation_forward) \
  YOLO4J_CUDA_OF_TYPES(K, activation_backward)

// Sides 3 and 5 are neighbours in this list, as strides 1 and 2 are.
#define YOLO4J_CUDA_DEPTHWISE_KERNELS(K, layout)          \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_k3s1)      \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_k3s2)      \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_k5s1)      \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_k5s2)      \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_back_k3)   \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_back_k5)   \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_weight_k3) \
  YOLO4J_CUDA_OF_TYPES(K, depthwise_##layout##_weight_k5)

#define YOLO4J_CUDA_SUM_KERNELS(K) \
  K(mean_of_tiles)                 \
  YOLO4J_CUDA_OF_TYPES(K, weight_sum)

#define YOLO4J_CUDA_SQUEEZE_EXCITE_KERNELS(K)  \
  YOLO4J_CUDA_OF_TYPES(K, plane_means)         \
  YOLO4J_CUDA_OF_TYPES(K, row_sums)            \
  YOLO4J_CUDA_OF_TYPES(K, gate)                \
  YOLO4J_CUDA_OF_TYPES(K, scale)               \
  YOLO4J_CUDA_OF_TYPES(K, plane_gradient_sums) \
  YOLO4J_CUDA_OF_TYPES(K, row_gradient_sums)   \
  YOLO4J_CUDA_OF_TYPES(K, gate_back)           \
  YOLO4J_CUDA_OF_TYPES(K, outer_sums)          \
  YOLO4J_CUDA_OF_TYPES(K, scale_shift)

#define YOLO4J_CUDA_NMS_KERNELS(K) \
  K(nms_keys)                      \
  K(nms_sort_block)                \
  K(nms_sort_step)                 \
  K(nms_gather)                    \
  K(nms_prior)                     \
  K(nms_mask)                      \
  K(nms_scan)

// Tensor cores take float32 as TF32.
#define YOLO4J_CUDA_ROOF_KERNELS(K)    \
  K(roof_lanes_f32)                    \
  K(roof_lanes_f16)                    \
  YOLO4J_CUDA_OF_TYPES(K, roof_tensor) \
  K(roof_read)                         \
  K(roof_write)                        \
  K(roof_copy)                         \
  K(roof_triad)                        \
  K(roof_update)                       \
  K(roof_empty)

#define YOLO4J_CUDA_KERNELS(K)             \
  YOLO4J_CUDA_ACTIVATION_KERNELS(K)        \
  YOLO4J_CUDA_DEPTHWISE_KERNELS(K, planes) \
  YOLO4J_CUDA_DEPTHWISE_KERNELS(K, rows)   \
  YOLO4J_CUDA_SUM_KERNELS(K)               \
  YOLO4J_CUDA_SQUEEZE_EXCITE_KERNELS(K)    \
  YOLO4J_CUDA_OF_TYPES(K, pixels_in)       \
  YOLO4J_CUDA_OF_TYPES(K, decode)          \
  YOLO4J_CUDA_NMS_KERNELS(K)               \
  YOLO4J_CUDA_ROOF_KERNELS(K)
