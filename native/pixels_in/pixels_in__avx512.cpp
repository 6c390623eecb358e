#include <immintrin.h>

#include "pixels_in/pixels_in.h"

namespace yolo4j::pixels_in {
namespace {

#include "simd/vector_avx512.h"
// In terms of the above.
#include "pixels_in/shuffle_x86.h"

inline Vector from_bytes(const uint8_t* x) {
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(load_bytes(x)));
}

// In terms of both.
#include "pixels_in/kernels.h"

}  // namespace

const Kernels kAvx512 = table();

}  // namespace yolo4j::pixels_in
