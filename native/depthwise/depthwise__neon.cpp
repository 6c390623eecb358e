#include <arm_neon.h>

#include "depthwise/depthwise.h"

namespace yolo4j::depthwise {
namespace {

#include "simd/vector_neon.h"
// What follows is written in terms of the above.
#include "depthwise/kernels.h"
#include "depthwise/table.h"
#include "simd/activations.h"

}  // namespace

const Kernels kNeon = table();

}  // namespace yolo4j::depthwise
