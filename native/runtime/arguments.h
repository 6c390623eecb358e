// Checks of arguments that the public functions share, with one text each. All give YOLO4J_OK, or
// fail as yolo4j.h says.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "runtime/status.h"
#include "yolo4j.h"

namespace yolo4j {

/// Float32 and bfloat16: what the CPU's kernels compute with.
int32_t check_float_type(const char* operation, int32_t dtype) noexcept;

int32_t check_layout(const char* operation, int32_t layout) noexcept;

/// Codes from 0 to `last`.
int32_t check_activation(const char* operation, int32_t activation, int32_t last) noexcept;

int32_t check_threads(const char* operation, int32_t threads) noexcept;

/// A buffer with its name in the structure.
struct Named {
  const char* name;
  const void* pointer;
};

int32_t check_not_null(const char* operation, std::initializer_list<Named> pointers) noexcept;

/// Elements are read as such, so they must lie as such: at multiples of so many bytes. Null does.
int32_t check_aligned(const char* operation, int64_t bytes,
                      std::initializer_list<Named> pointers) noexcept;

int32_t check_workspace(const char* operation, const void* workspace, int64_t given, int64_t needed,
                        int64_t alignment = 8) noexcept;

/// Whether all are at multiples of so many bytes; null is.
inline bool all_aligned(int64_t bytes, std::initializer_list<const void*> pointers) {
  for (const void* pointer : pointers) {
    if (reinterpret_cast<std::uintptr_t>(pointer) % static_cast<std::uintptr_t>(bytes) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace yolo4j
