#include <arm_neon.h>

#include "batch_norm/batch_norm.h"

namespace yolo4j::batch_norm {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "simd/activations.h"
// In terms of both.
#include "batch_norm/kernels.h"
#include "batch_norm/table.h"

}  // namespace

const Kernels kNeon = table(kPreferredWidth, kLanes);

}  // namespace yolo4j::batch_norm
