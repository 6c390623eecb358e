#pragma once

namespace yolo4j::torch {

/// Registers what runs as aten::convolution_overrideable with LibTorch. Returns null, or why it
/// can't be done.
const char* register_convolution();

}  // namespace yolo4j::torch
