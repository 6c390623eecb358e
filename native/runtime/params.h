// The struct_size convention of yolo4j.h, in one place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "runtime/status.h"

namespace yolo4j {

/// Checks a caller's structure against the sizes that the library has ever had.
///
/// @param operation the public function, for the message
/// @param given the caller's structure
/// @param first_size its size when it first appeared; `offsetof(Params, first_appended_field)`
template <typename Params>
int32_t check_params(const char* operation, const Params* given, std::size_t first_size) noexcept {
  static_assert(std::is_trivially_copyable<Params>::value, "parameter structures are plain C");
  static_assert(offsetof(Params, struct_size) == 0, "struct_size must come first");
  if (given == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: the structure must not be null", operation);
  }
  if (given->struct_size < first_size || given->struct_size > sizeof(Params)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: struct_size must be from %zu to %zu, got %u; header and library differ",
                operation, first_size, sizeof(Params), static_cast<unsigned>(given->struct_size));
  }
  return YOLO4J_OK;
}

/// Copies a caller's input structure; fields that the caller doesn't know yet become zero.
template <typename Params>
int32_t read_params(const char* operation, const Params* given, std::size_t first_size,
                    Params* out) noexcept {
  int32_t status = check_params(operation, given, first_size);
  if (status == YOLO4J_OK) {
    *out = Params{};
    std::memcpy(out, given, given->struct_size);
  }
  return status;
}

}  // namespace yolo4j
