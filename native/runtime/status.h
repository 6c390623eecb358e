// Statuses and the thread's last error.
#pragma once

#include <cstddef>
#include <cstdint>

#include "yolo4j.h"

namespace yolo4j {

#if defined(__GNUC__)
#define YOLO4J_PRINTF(format_index, first_argument) \
  __attribute__((format(printf, format_index, first_argument)))
#else
#define YOLO4J_PRINTF(format_index, first_argument)
#endif

/// Stores the text as the calling thread's last error, cut when it is too long, and returns the
/// status, so that a check reads `if (bad) return fail(YOLO4J_INVALID_ARGUMENT, "…", …);`.
int32_t fail(int32_t status, const char* format, ...) noexcept YOLO4J_PRINTF(2, 3);

/// Text in a fixed buffer: failures must be reportable without allocating.
class Text {
 public:
  /// Appends; what doesn't fit is dropped.
  void append(const char* text) noexcept;
  const char* c_str() const noexcept { return buffer_; }
  bool empty() const noexcept { return length_ == 0; }

 private:
  char buffer_[256] = {};
  std::size_t length_ = 0;
};

}  // namespace yolo4j
