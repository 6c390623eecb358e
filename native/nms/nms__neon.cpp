#include <arm_neon.h>

#include "nms/nms.h"

namespace yolo4j::nms {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "simd/lanes_neon.h"
// In terms of both.
#include "simd/lanes.h"
// In terms of all three.
#include "nms/kernels.h"

}  // namespace

const Kernels kNeon = {suppressed, between};

}  // namespace yolo4j::nms
