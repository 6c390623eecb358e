#include <immintrin.h>

#include "depthwise/depthwise.h"

namespace yolo4j::depthwise {
namespace {

#include "simd/vector_avx2.h"
// What follows is written in terms of the above.
#include "depthwise/kernels.h"
#include "depthwise/table.h"
#include "simd/activations.h"

}  // namespace

const Kernels kAvx2 = table();

}  // namespace yolo4j::depthwise
