#include <immintrin.h>

#include "depthwise/depthwise.h"

namespace yolo4j::depthwise {
namespace {

#include "simd/vector_avx512.h"
// In terms of the above.
#include "simd/activations.h"
// In terms of both.
#include "depthwise/kernels.h"
#include "depthwise/table.h"

}  // namespace

const Kernels kAvx512 = table();

}  // namespace yolo4j::depthwise
