// Pairs of registers with every second element; after vector_neon.h.

/// Of a's and b's elements the ones at even and at odd places.
inline void deinterleave(Vector a, Vector b, Vector* even, Vector* odd) {
  *even = vuzp1q_f32(a, b);
  *odd = vuzp2q_f32(a, b);
}

/// The reverse: even0 odd0 even1 odd1 …
inline void interleave(Vector even, Vector odd, Vector* a, Vector* b) {
  *a = vzip1q_f32(even, odd);
  *b = vzip2q_f32(even, odd);
}
