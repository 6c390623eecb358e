// Shuffles of 16 pixels of three bytes: SSSE3. Included inside an anonymous namespace.

inline __m128i load_bytes(const uint8_t* x) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(x));
}
inline void store_bytes(uint8_t* y, __m128i v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(y), v);
}

/// Bytes of three registers to their places in one; −1 leaves a zero for another register's.
inline __m128i gather(__m128i a, __m128i b, __m128i c, __m128i from_a, __m128i from_b,
                      __m128i from_c) {
  return _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, from_a), _mm_shuffle_epi8(b, from_b)),
                      _mm_shuffle_epi8(c, from_c));
}

inline void split16(const uint8_t* pixels, uint8_t planes[3][16]) {
  __m128i a = load_bytes(pixels);
  __m128i b = load_bytes(pixels + 16);
  __m128i c = load_bytes(pixels + 32);
  store_bytes(
      planes[0],
      gather(a, b, c, _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
             _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1),
             _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13)));
  store_bytes(
      planes[1],
      gather(a, b, c, _mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
             _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1),
             _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14)));
  store_bytes(
      planes[2],
      gather(a, b, c, _mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
             _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1),
             _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15)));
}

/// Each register's own five pixels, and the bytes that cross into its neighbours.
inline void reverse16(const uint8_t* pixels, uint8_t* turned) {
  __m128i a = load_bytes(pixels);
  __m128i b = load_bytes(pixels + 16);
  __m128i c = load_bytes(pixels + 32);
  __m128i none = _mm_set1_epi8(-1);
  store_bytes(
      turned,
      gather(a, b, c, _mm_setr_epi8(2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, -1),
             _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1), none));
  store_bytes(
      turned + 16,
      gather(a, b, c, _mm_setr_epi8(-1, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
             _mm_setr_epi8(0, -1, 4, 3, 2, 7, 6, 5, 10, 9, 8, 13, 12, 11, -1, 15),
             _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1)));
  store_bytes(turned + 32,
              gather(a, b, c, none,
                     _mm_setr_epi8(14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
                     _mm_setr_epi8(-1, 3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10, 15, 14, 13)));
}
