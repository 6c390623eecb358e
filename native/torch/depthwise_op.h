#pragma once

#include <cstdint>

namespace yolo4j::torch {

/// Registers the operation and its backward with LibTorch. Returns null, or why it can't be done.
const char* register_depthwise();

/// How often the operation, or its backward, has run in this process.
int64_t depthwise_runs(bool backwards);

}  // namespace yolo4j::torch
