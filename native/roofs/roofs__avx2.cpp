#include <immintrin.h>

#include "roofs/roofs.h"

namespace yolo4j::roofs {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "roofs/multiply_add_f32.h"
#include "roofs/passes.h"

}  // namespace

const Kernels kAvx2 = {
    f32::multiply_add, nullptr, nullptr, nullptr, read, write, copy, triad, update};

}  // namespace yolo4j::roofs
