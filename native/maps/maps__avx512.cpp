#include <immintrin.h>

#include <cstring>

#include "maps/maps.h"

namespace yolo4j::maps {
namespace {

#include "maps/bytes.h"
#include "simd/vector_avx512.h"
// In terms of the above.
#include "maps/kernels.h"

}  // namespace

const Kernels kAvx512 = table();

}  // namespace yolo4j::maps
