// Conditions as bits, lane 0 the lowest, and quotients; included after vector_avx512.h.

inline Vector divide(Vector a, Vector b) { return _mm512_div_ps(a, b); }
/// Where a > b, which NaN never is.
inline uint32_t greater_lanes(Vector a, Vector b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
