#include <immintrin.h>

#include "attention/attention.h"

namespace yolo4j::attention {
namespace {

#include "simd/vector_avx512.h"
// In terms of the above.
#include "simd/powers.h"
// In terms of those.
#include "attention/kernels.h"

}  // namespace

const Kernels kAvx512 = table();

}  // namespace yolo4j::attention
