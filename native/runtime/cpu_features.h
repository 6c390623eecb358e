// What this CPU can do and this operating system allows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "yolo4j.h"

namespace yolo4j {

constexpr uint64_t cpu_bit(yolo4j_cpu_feature feature) noexcept {
  return UINT64_C(1) << static_cast<int>(feature);
}

/// Detected once; the bits of yolo4j_cpu_features().
uint64_t cpu_features() noexcept;

// One pair for each architecture, in cpu_features_<architecture>.cpp.

/// Detects anew.
uint64_t detect_cpu_features() noexcept;

/// Writes the CPU's name, always terminated; an empty text when it is unknown.
void detect_cpu_name(char* name, std::size_t capacity) noexcept;

}  // namespace yolo4j
