#include <immintrin.h>

#include "roofs/roofs.h"

namespace yolo4j::roofs {
namespace {

#include "simd/vector_avx512.h"
// In terms of the above.
#include "roofs/multiply_add_f32.h"
#include "roofs/passes.h"

constexpr int64_t kDots = 24;

// Dot products are beyond what the file's flags allow: their functions alone may use them.
namespace bf16 {

#if defined(__GNUC__)
#define YOLO4J_TARGET __attribute__((target("avx512bf16")))
#else
#define YOLO4J_TARGET
#endif
constexpr int64_t kSums = kDots;
constexpr int64_t kProducts = 2 * kLanes;
using Factor = __m512bh;
YOLO4J_TARGET inline Factor splat(float v) {
  return _mm512_cvtne2ps_pbh(_mm512_set1_ps(v), _mm512_set1_ps(v));
}
inline Vector start(float v) { return _mm512_set1_ps(v); }
YOLO4J_TARGET inline Vector next(Vector sum, Factor factor) {
  return _mm512_dpbf16_ps(sum, factor, factor);
}
inline float first(Vector v) { return _mm512_cvtss_f32(v); }
#include "roofs/multiply_add.h"
#undef YOLO4J_TARGET

}  // namespace bf16

// Older compilers don't know the type.
#if (defined(__clang__) && __clang_major__ >= 14) || (!defined(__clang__) && __GNUC__ >= 12)
namespace f16 {

#define YOLO4J_TARGET __attribute__((target("avx512fp16,avx512vl")))
constexpr int64_t kSums = kDots;
constexpr int64_t kProducts = 2 * kLanes;
using Vector = __m512h;
using Factor = __m512h;
YOLO4J_TARGET inline Vector splat(float v) { return _mm512_set1_ph(static_cast<_Float16>(v)); }
YOLO4J_TARGET inline Vector start(float v) { return splat(v); }
YOLO4J_TARGET inline Vector add(Vector a, Vector b) { return _mm512_add_ph(a, b); }
YOLO4J_TARGET inline Vector next(Vector sum, Factor factor) {
  return _mm512_fmadd_ph(sum, factor, factor);
}
YOLO4J_TARGET inline float first(Vector v) { return static_cast<float>(_mm512_cvtsh_h(v)); }
#include "roofs/multiply_add.h"
#undef YOLO4J_TARGET

}  // namespace f16
constexpr MultiplyAdd kF16 = f16::multiply_add;
#else
constexpr MultiplyAdd kF16 = nullptr;
#endif

namespace i8 {

#if defined(__GNUC__)
#define YOLO4J_TARGET __attribute__((target("avx512vnni")))
#else
#define YOLO4J_TARGET
#endif
constexpr int64_t kSums = kDots;
constexpr int64_t kProducts = 4 * kLanes;
using Vector = __m512i;
using Factor = __m512i;
/// The bits of a float are four bytes as good as any.
inline Factor splat(float v) { return _mm512_castps_si512(_mm512_set1_ps(v)); }
inline Vector start(float v) { return splat(v); }
inline Vector add(Vector a, Vector b) { return _mm512_add_epi32(a, b); }
YOLO4J_TARGET inline Vector next(Vector sum, Factor factor) {
  return _mm512_dpbusd_epi32(sum, factor, factor);
}
inline float first(Vector v) {
  return static_cast<float>(_mm_cvtsi128_si32(_mm512_castsi512_si128(v)));
}
#include "roofs/multiply_add.h"
#undef YOLO4J_TARGET

}  // namespace i8

}  // namespace

const Kernels kAvx512 = {f32::multiply_add,
                         bf16::multiply_add,
                         kF16,
                         i8::multiply_add,
                         read,
                         write,
                         copy,
                         triad,
                         update};

}  // namespace yolo4j::roofs
