#include <immintrin.h>

#include <cstring>

#include "decode/decode.h"

namespace yolo4j::decode {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "simd/lanes_avx2.h"
// In terms of both.
#include "simd/lanes.h"
// In terms of all three.
#include "decode/kernels.h"

}  // namespace

const Kernels kAvx2 = {{above<float>, above<uint16_t>}};

}  // namespace yolo4j::decode
