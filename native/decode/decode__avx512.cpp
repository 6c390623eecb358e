#include <immintrin.h>

#include <cstring>

#include "decode/decode.h"

namespace yolo4j::decode {
namespace {

#include "simd/vector_avx512.h"
// In terms of the above.
#include "simd/lanes_avx512.h"
// In terms of both.
#include "simd/lanes.h"
// In terms of all three.
#include "decode/kernels.h"

}  // namespace

const Kernels kAvx512 = {{above<float>, above<uint16_t>}};

}  // namespace yolo4j::decode
