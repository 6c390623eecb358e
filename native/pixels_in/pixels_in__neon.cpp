#include <arm_neon.h>

#include "pixels_in/pixels_in.h"

namespace yolo4j::pixels_in {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "pixels_in/shuffle_neon.h"
// In terms of both.
#include "pixels_in/kernels.h"

}  // namespace

const Kernels kNeon = table();

}  // namespace yolo4j::pixels_in
