#include <arm_neon.h>

#include "depthwise/depthwise.h"

namespace yolo4j::depthwise {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "simd/activations.h"
#include "simd/interleave_neon.h"
// In terms of both.
#include "depthwise/kernels.h"
// In terms of all.
#include "depthwise/pair_kernels.h"
#include "depthwise/plane_kernels.h"
#include "depthwise/table.h"

}  // namespace

const Kernels kNeon = table(kLanes);

}  // namespace yolo4j::depthwise
