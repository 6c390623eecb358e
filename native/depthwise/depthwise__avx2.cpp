#include <immintrin.h>

#include "depthwise/depthwise.h"

namespace yolo4j::depthwise {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "simd/activations.h"
// In terms of both.
#include "depthwise/kernels.h"
#include "depthwise/table.h"

}  // namespace

const Kernels kAvx2 = table();

}  // namespace yolo4j::depthwise
