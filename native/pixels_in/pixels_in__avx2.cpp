#include <immintrin.h>

#include "pixels_in/pixels_in.h"

namespace yolo4j::pixels_in {
namespace {

#include "simd/vector_avx2.h"
// In terms of the above.
#include "pixels_in/shuffle_x86.h"

inline Vector from_bytes(const uint8_t* x) {
  return _mm256_cvtepi32_ps(
      _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x))));
}

// In terms of both.
#include "pixels_in/kernels.h"

}  // namespace

const Kernels kAvx2 = table();

}  // namespace yolo4j::pixels_in
