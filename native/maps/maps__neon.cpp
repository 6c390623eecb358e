#include <arm_neon.h>

#include <cstring>

#include "maps/maps.h"

namespace yolo4j::maps {
namespace {

#include "maps/bytes.h"
#include "simd/vector_neon.h"
// In terms of the above.
#include "maps/kernels.h"

}  // namespace

const Kernels kNeon = table();

}  // namespace yolo4j::maps
