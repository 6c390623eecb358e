#include <immintrin.h>

#include "nms/nms.h"

namespace yolo4j::nms {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "simd/lanes_avx2.h"
// In terms of both.
#include "simd/lanes.h"
// In terms of all three.
#include "nms/kernels.h"

}  // namespace

const Kernels kAvx2 = {suppressed, between};

}  // namespace yolo4j::nms
