// Conditions as bits, lane 0 the lowest, and quotients; included after vector_neon.h.

inline Vector divide(Vector a, Vector b) { return vdivq_f32(a, b); }
/// Where a > b, which NaN never is.
inline uint32_t greater_lanes(Vector a, Vector b) {
  const uint32_t bits[4] = {1, 2, 4, 8};
  return vaddvq_u32(vandq_u32(vcgtq_f32(a, b), vld1q_u32(bits)));
}
