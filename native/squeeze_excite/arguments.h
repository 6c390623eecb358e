// Checks of buffers, the same on the CPU and on devices; of workspaces each checks its own.
#pragma once

#include <cstdint>

#include "yolo4j.h"

namespace yolo4j::squeeze_excite {

/// @param operation the public function, for the message
/// @param element_size bytes of an element of x
int32_t check_buffers(const char* operation, int64_t element_size,
                      const yolo4j_squeeze_excite_buffers& b);
int32_t check_buffers(const char* operation, int64_t element_size,
                      const yolo4j_squeeze_excite_backward_buffers& b);

}  // namespace yolo4j::squeeze_excite
