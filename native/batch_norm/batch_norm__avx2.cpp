#include <immintrin.h>

#include "batch_norm/batch_norm.h"

namespace yolo4j::batch_norm {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "simd/activations.h"
// In terms of both.
#include "batch_norm/kernels.h"
#include "batch_norm/table.h"

}  // namespace

const Kernels kAvx2 = table(kPreferredWidth, kLanes);

}  // namespace yolo4j::batch_norm
