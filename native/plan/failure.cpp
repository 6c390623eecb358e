#include <cstdarg>
#include <cstdio>

#include "plan/plan.h"

namespace yolo4j::plan {

void fail(int32_t status, const char* format, ...) {
  char text[512];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  throw Failure{status, text};
}

}  // namespace yolo4j::plan
