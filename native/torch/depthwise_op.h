// Depthwise convolution in LibTorch's terms; convolution_op.cpp registers it.
#pragma once

#include <cstdint>

#include "torch/libtorch.h"

namespace yolo4j::torch {

/// As aten::convolution_overrideable and its backward, see README.md.
void depthwise_forward(Value* stack);
void depthwise_backward(Value* stack);

/// How often the operation, or its backward, has run in this process.
int64_t depthwise_runs(bool backwards);

}  // namespace yolo4j::torch
