#include <arm_neon.h>

#include "attention/attention.h"

namespace yolo4j::attention {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "simd/powers.h"
// In terms of those.
#include "attention/kernels.h"

}  // namespace

const Kernels kNeon = table();

}  // namespace yolo4j::attention
