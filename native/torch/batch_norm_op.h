#pragma once

#include <cstdint>

namespace yolo4j::torch {

/// Registers the operation and its backward with LibTorch. Returns null, or why it can't be done.
const char* register_batch_norm();

/// How often the operation, or its backward, has run in this process.
int64_t batch_norm_runs(bool backwards);

}  // namespace yolo4j::torch
