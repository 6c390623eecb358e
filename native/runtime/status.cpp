#include "runtime/status.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace yolo4j {
namespace {

// A plain array: no constructor that could run late, no destructor that could run early.
thread_local char last_error[1024] = "";

}  // namespace

int32_t fail(int32_t status, const char* format, ...) noexcept {
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(last_error, sizeof last_error, format, arguments);
  va_end(arguments);
  return status;
}

void Text::append(const char* text) noexcept {
  std::size_t room = sizeof buffer_ - 1 - length_;
  std::size_t length = std::strlen(text);
  std::size_t taken = length < room ? length : room;
  std::memcpy(buffer_ + length_, text, taken);
  length_ += taken;
  buffer_[length_] = '\0';
}

}  // namespace yolo4j

const char* yolo4j_last_error(void) { return yolo4j::last_error; }

const char* yolo4j_status_name(int32_t status) {
  switch (status) {
    case YOLO4J_OK:
      return "ok";
    case YOLO4J_INVALID_ARGUMENT:
      return "invalid_argument";
    case YOLO4J_UNSUPPORTED:
      return "unsupported";
    case YOLO4J_OUT_OF_MEMORY:
      return "out_of_memory";
    case YOLO4J_INTERNAL:
      return "internal";
    default:
      return nullptr;
  }
}
