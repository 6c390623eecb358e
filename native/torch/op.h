// What our operations share: how a tensor lies, threads, memory that a thread keeps.
#pragma once

#include <cstdint>

#include "torch/tensor.h"

namespace yolo4j::torch {

/// Throws with the kernels' own text unless a status is fine.
void check_status(int32_t status, const char* function);

/// Whether the elements of a tensor of 4 dimensions lie densely in that layout (enum
/// yolo4j_layout). A dimension of size 1 may have any stride.
bool dense_in(const Tensor& x, int32_t layout);

/// The layout that a tensor is dense in, NCHW if both; throws if none.
int32_t layout_of(const char* operation, const Tensor& x);

/// Our code of a tensor's type; throws unless it is float32 or bfloat16, or float16 where `half`.
int32_t kernel_dtype(const char* operation, const Tensor& x, bool half = false);

/// LibTorch's threads of this process.
int32_t thread_count();

/// Memory that each thread keeps for its next call, aligned to 8 bytes; it grows to what the
/// largest layer needs.
void* workspace(int64_t bytes);

}  // namespace yolo4j::torch
