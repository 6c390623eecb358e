// Pairs of registers with every second element; after vector_avx2.h.

/// Of a's and b's elements the ones at even and at odd places.
inline void deinterleave(Vector a, Vector b, Vector* even, Vector* odd) {
  // Shuffles work within halves: a0 a2 b0 b2 a4 a6 b4 b6, then the pairs are put in order.
  __m256d evens = _mm256_castps_pd(_mm256_shuffle_ps(a, b, 0x88));
  __m256d odds = _mm256_castps_pd(_mm256_shuffle_ps(a, b, 0xdd));
  *even = _mm256_castpd_ps(_mm256_permute4x64_pd(evens, 0xd8));
  *odd = _mm256_castpd_ps(_mm256_permute4x64_pd(odds, 0xd8));
}

/// The reverse: even0 odd0 even1 odd1 …
inline void interleave(Vector even, Vector odd, Vector* a, Vector* b) {
  Vector low = _mm256_unpacklo_ps(even, odd);
  Vector high = _mm256_unpackhi_ps(even, odd);
  *a = _mm256_permute2f128_ps(low, high, 0x20);
  *b = _mm256_permute2f128_ps(low, high, 0x31);
}
