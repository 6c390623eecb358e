// Conditions as bits, lane 0 the lowest, and quotients; included after vector_avx2.h.

inline Vector divide(Vector a, Vector b) { return _mm256_div_ps(a, b); }
/// Where a > b, which NaN never is.
inline uint32_t greater_lanes(Vector a, Vector b) {
  return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ)));
}
