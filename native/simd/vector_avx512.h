// Sixteen floats in a register: AVX-512 F, BW, DQ, VL. Included inside an anonymous namespace, see
// table.h. Functions named _first touch and return only the first n lanes, 0 < n < kLanes; others
// are zero.

constexpr int64_t kLanes = 16;
constexpr int64_t kRegisters = 32;
using Vector = __m512;
using Condition = __mmask16;

inline Vector splat(float v) { return _mm512_set1_ps(v); }
inline Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
inline Vector subtract(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
inline Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
/// a·b + c.
inline Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
/// 1 / d for d from 1 to 2^126: the CPU's estimate times its correction by Newton's method.
inline Vector reciprocal_estimate(Vector d) { return _mm512_rcp14_ps(d); }
inline Vector reciprocal_correction(Vector d, Vector estimate) {
  return _mm512_fnmadd_ps(d, estimate, splat(2));
}
/// Of NaN and a number, the second argument: pass what may be NaN there.
inline Vector least(Vector a, Vector b) { return _mm512_min_ps(a, b); }
inline Vector greatest(Vector a, Vector b) { return _mm512_max_ps(a, b); }
inline Condition at_most(Vector a, Vector b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
inline Vector select(Condition condition, Vector yes, Vector no) {
  return _mm512_mask_blend_ps(condition, no, yes);
}
/// p·2^n, where n stands in the low bits of z (power_of_two()).
inline Vector scale_by_power(Vector p, Vector z) {
  return _mm512_castsi512_ps(
      _mm512_add_epi32(_mm512_castps_si512(p), _mm512_slli_epi32(_mm512_castps_si512(z), 23)));
}

inline __mmask16 lanes_before(int64_t n) { return static_cast<__mmask16>((UINT32_C(1) << n) - 1); }
inline Vector keep_first(Vector v, int64_t n) { return _mm512_maskz_mov_ps(lanes_before(n), v); }

inline Vector load(const float* x) { return _mm512_loadu_ps(x); }
inline Vector load_first(const float* x, int64_t n) {
  return _mm512_maskz_loadu_ps(lanes_before(n), x);
}
inline void store(float* y, Vector v) { _mm512_storeu_ps(y, v); }
inline void store_first(float* y, Vector v, int64_t n) {
  _mm512_mask_storeu_ps(y, lanes_before(n), v);
}

/// Words 2i + 1 of a register in places i; the other half doesn't matter.
inline __m512i odd_words() {
  return _mm512_broadcast_i64x4(
      _mm256_setr_epi16(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
}
/// Words i in places 2i and 2i + 1.
inline __m512i twice_each_word() {
  return _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                            _mm512_set1_epi32(0x10001));
}
/// One shuffle: widening and shifting are two.
inline Vector widen(__m256i halves) {
  constexpr __mmask32 kOdd = 0xaaaaaaaa;
  return _mm512_castsi512_ps(
      _mm512_maskz_permutexvar_epi16(kOdd, twice_each_word(), _mm512_castsi256_si512(halves)));
}
/// Rounds to the nearest bfloat16, ties to the even one; NaN becomes LibTorch's. The CPU's own
/// conversion, where it has one, would flush denormals to zero.
inline __m256i narrow(Vector v) {
  __m512i bits = _mm512_castps_si512(v);
  __mmask16 odd = _mm512_test_epi32_mask(bits, _mm512_set1_epi32(0x10000));
  __mmask16 nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
  __m512i rounded = _mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff));
  rounded = _mm512_mask_add_epi32(rounded, odd, bits, _mm512_set1_epi32(0x8000));
  rounded = _mm512_mask_mov_epi32(rounded, nan, _mm512_set1_epi32(0x7fc00000));
  return _mm512_castsi512_si256(_mm512_permutexvar_epi16(odd_words(), rounded));
}
inline Vector load(const uint16_t* x) {
  return widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x)));
}
inline Vector load_first(const uint16_t* x, int64_t n) {
  return widen(_mm256_maskz_loadu_epi16(lanes_before(n), x));
}
inline void store(uint16_t* y, Vector v) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(y), narrow(v));
}
inline void store_first(uint16_t* y, Vector v, int64_t n) {
  _mm256_mask_storeu_epi16(y, lanes_before(n), narrow(v));
}
