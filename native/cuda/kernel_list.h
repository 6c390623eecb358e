// Every kernel by its name, once: the launchers' codes and names, and the tests' table of functions
// are made of this list.
#pragma once

// A kernel a type.
#define YOLO4J_CUDA_OF_TYPES(K, name) K(name##_f32) K(name##_f16) K(name##_bf16)

#define YOLO4J_CUDA_ACTIVATION_KERNELS(K)     \
  YOLO4J_CUDA_OF_TYPES(K, activation_forward) \
  YOLO4J_CUDA_OF_TYPES(K, activation_backward)

#define YOLO4J_CUDA_KERNELS(K) YOLO4J_CUDA_ACTIVATION_KERNELS(K)
