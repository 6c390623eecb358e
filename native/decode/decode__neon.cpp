#include <arm_neon.h>

#include <cstring>

#include "decode/decode.h"

namespace yolo4j::decode {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "simd/lanes_neon.h"
// In terms of both.
#include "simd/lanes.h"
// In terms of all three.
#include "decode/kernels.h"

}  // namespace

const Kernels kNeon = {{above<float>, above<uint16_t>}};

}  // namespace yolo4j::decode
