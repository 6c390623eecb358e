// Checks of arguments for the GPU, beside those of runtime/arguments.h.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "runtime/arguments.h"
#include "yolo4j.h"

namespace yolo4j::cuda {

using yolo4j::all_aligned;
using yolo4j::check_activation;
using yolo4j::check_aligned;
using yolo4j::check_not_null;

/// Elements of a tensor at most, so that offsets and bytes don't overflow.
constexpr int64_t kMostElements = INT64_C(1) << 48;
/// Sides and channels at most: they fit an int on the device, with room for sums.
constexpr int64_t kMostSide = INT64_C(1) << 28;

/// Types of tensors that kernels compute with.
int32_t check_float_type(const char* operation, int32_t dtype) noexcept;

/// Workspaces are read 16 bytes at a time.
inline int32_t check_workspace(const char* operation, const void* workspace, int64_t given,
                               int64_t needed) noexcept {
  return yolo4j::check_workspace(operation, workspace, given, needed, 16);
}

/// Multiplies sizes, each from 1 to `most_each`, whose product may not exceed kMostElements.
///
/// @param names of the sizes, for the message: "images, channels, pixels"
int32_t check_product(const char* operation, const char* names,
                      std::initializer_list<int64_t> sizes, int64_t most_each) noexcept;

}  // namespace yolo4j::cuda
