#include <immintrin.h>

#include <cstring>

#include "class_scores/class_scores.h"

namespace yolo4j::class_scores {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "class_scores/kernels.h"

}  // namespace

const Kernels kAvx2 = {block};

}  // namespace yolo4j::class_scores
