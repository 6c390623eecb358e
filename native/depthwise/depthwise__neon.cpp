#include <arm_neon.h>

#include "depthwise/depthwise.h"

namespace yolo4j::depthwise {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "simd/activations.h"
// In terms of both.
#include "depthwise/kernels.h"
#include "depthwise/table.h"

}  // namespace

const Kernels kNeon = table();

}  // namespace yolo4j::depthwise
