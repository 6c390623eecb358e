// Depthwise convolution in LibTorch's terms; convolution_op.cpp registers it.
#pragma once

#include <cstdint>

#include "torch/libtorch.h"

namespace yolo4j::torch {

/// As aten::convolution_overrideable and its backward, on a GPU or the CPU; see README.md.
void depthwise_forward(Value* stack, bool gpu);
void depthwise_backward(Value* stack, bool gpu);

/// How often the operation, or its backward, has run in this process.
int64_t depthwise_runs(bool backwards);

}  // namespace yolo4j::torch
