#include <arm_neon.h>

#include "roofs/roofs.h"

namespace yolo4j::roofs {
namespace {

#include "simd/vector_neon.h"
// In terms of the above.
#include "roofs/multiply_add_f32.h"
#include "roofs/passes.h"

}  // namespace

const Kernels kNeon = {
    f32::multiply_add, nullptr, nullptr, nullptr, read, write, copy, triad, update};

}  // namespace yolo4j::roofs
