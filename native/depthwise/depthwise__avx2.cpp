#include <immintrin.h>

#include "depthwise/depthwise.h"

namespace yolo4j::depthwise {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "simd/activations.h"
#include "simd/interleave_avx2.h"
// In terms of both.
#include "depthwise/kernels.h"
// In terms of all.
#include "depthwise/pair_kernels.h"
#include "depthwise/plane_kernels.h"
#include "depthwise/table.h"

}  // namespace

const Kernels kAvx2 = table(kLanes);

}  // namespace yolo4j::depthwise
