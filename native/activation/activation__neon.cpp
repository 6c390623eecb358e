#include <arm_neon.h>

#include "activation/activation.h"

namespace yolo4j::activation {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "simd/activations.h"
// In terms of both.
#include "simd/gates.h"
// In terms of all.
#include "activation/kernels.h"
#include "activation/table.h"

}  // namespace

const Kernels kNeon = table();

}  // namespace yolo4j::activation
