#include <immintrin.h>

#include "activation/activation.h"

namespace yolo4j::activation {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "simd/activations.h"
// In terms of both.
#include "simd/gates.h"
// In terms of all.
#include "activation/kernels.h"
#include "activation/table.h"

}  // namespace

const Kernels kAvx2 = table();

}  // namespace yolo4j::activation
