#include <arm_neon.h>

#include "batch_norm/batch_norm.h"

namespace yolo4j::batch_norm {
namespace {

#include "simd/vector_neon.h"
// What follows is written in terms of the above.
#include "batch_norm/kernels.h"
#include "batch_norm/table.h"
#include "simd/activations.h"

}  // namespace

const Kernels kNeon = table(kPreferredWidth, kLanes);

}  // namespace yolo4j::batch_norm
