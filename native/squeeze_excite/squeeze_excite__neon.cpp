#include <arm_neon.h>

#include "squeeze_excite/squeeze_excite.h"

namespace yolo4j::squeeze_excite {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "squeeze_excite/kernels.h"
// In terms of those.
#include "squeeze_excite/gradient_kernels.h"
// Of all.
#include "squeeze_excite/table.h"

}  // namespace

const Kernels kNeon = table();

}  // namespace yolo4j::squeeze_excite
