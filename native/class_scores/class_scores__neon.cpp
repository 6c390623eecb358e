#include <arm_neon.h>

#include <cstring>

#include "class_scores/class_scores.h"

namespace yolo4j::class_scores {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "class_scores/kernels.h"

}  // namespace

const Kernels kNeon = {block};

}  // namespace yolo4j::class_scores
