// Eight floats in a register: AVX2 with FMA. Included inside an anonymous namespace, see table.h.
// Functions named _first touch and return only the first n lanes, 0 < n < kLanes; others are zero.

constexpr int64_t kLanes = 8;
constexpr int64_t kRegisters = 16;
using Vector = __m256;
using Condition = __m256;

inline Vector splat(float v) { return _mm256_set1_ps(v); }
inline Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
inline Vector subtract(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
inline Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
/// a·b + c.
inline Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
/// 1 / d for d from 1 to 2^126: the CPU's estimate times its correction by Newton's method.
inline Vector reciprocal_estimate(Vector d) { return _mm256_rcp_ps(d); }
inline Vector reciprocal_correction(Vector d, Vector estimate) {
  return _mm256_fnmadd_ps(d, estimate, splat(2));
}
/// Of NaN and a number, the second argument: pass what may be NaN there.
inline Vector least(Vector a, Vector b) { return _mm256_min_ps(a, b); }
inline Vector greatest(Vector a, Vector b) { return _mm256_max_ps(a, b); }
inline Condition at_most(Vector a, Vector b) { return _mm256_cmp_ps(a, b, _CMP_LE_OQ); }
inline Vector select(Condition condition, Vector yes, Vector no) {
  return _mm256_blendv_ps(no, yes, condition);
}
/// p·2^n, where n stands in the low bits of z (power_of_two()).
inline Vector scale_by_power(Vector p, Vector z) {
  return _mm256_castsi256_ps(
      _mm256_add_epi32(_mm256_castps_si256(p), _mm256_slli_epi32(_mm256_castps_si256(z), 23)));
}

inline __m256i lanes_before(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline Vector keep_first(Vector v, int64_t n) {
  return _mm256_and_ps(v, _mm256_castsi256_ps(lanes_before(n)));
}

inline Vector load(const float* x) { return _mm256_loadu_ps(x); }
inline Vector load_first(const float* x, int64_t n) {
  return _mm256_maskload_ps(x, lanes_before(n));
}
inline void store(float* y, Vector v) { _mm256_storeu_ps(y, v); }
inline void store_first(float* y, Vector v, int64_t n) {
  _mm256_maskstore_ps(y, lanes_before(n), v);
}

inline Vector widen(__m128i halves) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}
/// Rounds to the nearest bfloat16, ties to the even one; NaN becomes LibTorch's.
inline __m128i narrow(Vector v) {
  __m256i bits = _mm256_castps_si256(v);
  __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  __m256i rounded = _mm256_srli_epi32(
      _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))), 16);
  __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
  rounded = _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7fc0), nan);
  return _mm_packus_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1));
}
inline Vector load(const uint16_t* x) {
  return widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x)));
}
inline Vector load_first(const uint16_t* x, int64_t n) {
  alignas(16) uint16_t buffer[8] = {};
  for (int64_t i = 0; i < n; i++) {
    buffer[i] = x[i];
  }
  return load(buffer);
}
inline void store(uint16_t* y, Vector v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(y), narrow(v));
}
inline void store_first(uint16_t* y, Vector v, int64_t n) {
  alignas(16) uint16_t buffer[8];
  store(buffer, v);
  for (int64_t i = 0; i < n; i++) {
    y[i] = buffer[i];
  }
}
