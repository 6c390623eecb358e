// Checks that several operations share.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "runtime/status.h"
#include "yolo4j.h"

namespace yolo4j::cuda {

/// Elements of a tensor at most, so that offsets and bytes don't overflow.
constexpr int64_t kMostElements = INT64_C(1) << 48;
/// Sides and channels at most: they fit an int on the device, with room for sums.
constexpr int64_t kMostSide = INT64_C(1) << 28;

struct Named {
  const char* name;
  const void* pointer;
};

/// Types of tensors that kernels compute with.
int32_t check_float_type(const char* operation, int32_t dtype) noexcept;

int32_t check_layout(const char* operation, int32_t layout) noexcept;

int32_t check_not_null(const char* operation, std::initializer_list<Named> pointers) noexcept;

/// Null is aligned.
int32_t check_aligned(const char* operation, int64_t bytes,
                      std::initializer_list<Named> pointers) noexcept;

int32_t check_workspace(const char* operation, const void* workspace, int64_t given,
                        int64_t needed) noexcept;

/// Multiplies sizes, each from 1 to `most_each`, whose product may not exceed kMostElements.
///
/// @param names of the sizes, for the message: "images, channels, pixels"
int32_t check_product(const char* operation, const char* names,
                      std::initializer_list<int64_t> sizes, int64_t most_each) noexcept;

/// Whether all are at multiples of so many bytes; null is.
inline bool all_aligned(std::uintptr_t bytes, std::initializer_list<const void*> pointers) {
  for (const void* pointer : pointers) {
    if (reinterpret_cast<std::uintptr_t>(pointer) % bytes != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace yolo4j::cuda
