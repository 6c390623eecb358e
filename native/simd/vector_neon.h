// Four floats in a register: AArch64. Included inside an anonymous namespace, see table.h.
// Functions named _first touch and return only the first n lanes, 0 < n < kLanes; others are zero.

constexpr int64_t kLanes = 4;
constexpr int64_t kRegisters = 32;
using Vector = float32x4_t;
using Condition = uint32x4_t;

inline Vector splat(float v) { return vdupq_n_f32(v); }
inline Vector add(Vector a, Vector b) { return vaddq_f32(a, b); }
inline Vector subtract(Vector a, Vector b) { return vsubq_f32(a, b); }
inline Vector multiply(Vector a, Vector b) { return vmulq_f32(a, b); }
/// 1 / d; the estimate is the quotient itself.
inline Vector reciprocal_estimate(Vector d) { return vdivq_f32(splat(1), d); }
inline Vector reciprocal_correction(Vector, Vector) { return splat(1); }
/// a·b + c.
inline Vector fma(Vector a, Vector b, Vector c) { return vfmaq_f32(c, a, b); }
/// Of NaN and a number, NaN.
inline Vector least(Vector a, Vector b) { return vminq_f32(a, b); }
inline Vector greatest(Vector a, Vector b) { return vmaxq_f32(a, b); }
inline Condition at_most(Vector a, Vector b) { return vcleq_f32(a, b); }
inline Vector select(Condition condition, Vector yes, Vector no) {
  return vbslq_f32(condition, yes, no);
}
/// p·2^n, where n stands in the low bits of z (power_of_two()).
inline Vector scale_by_power(Vector p, Vector z) {
  return vreinterpretq_f32_s32(
      vaddq_s32(vreinterpretq_s32_f32(p), vshlq_n_s32(vreinterpretq_s32_f32(z), 23)));
}

inline Vector keep_first(Vector v, int64_t n) {
  const int32_t places[4] = {0, 1, 2, 3};
  uint32x4_t kept = vcgtq_s32(vdupq_n_s32(static_cast<int32_t>(n)), vld1q_s32(places));
  return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(v), kept));
}

inline Vector load(const float* x) { return vld1q_f32(x); }
inline void store(float* y, Vector v) { vst1q_f32(y, v); }

/// Rounds to the nearest bfloat16, ties to the even one; NaN becomes LibTorch's.
inline uint16x4_t narrow(Vector v) {
  uint32x4_t bits = vreinterpretq_u32_f32(v);
  uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
  uint16x4_t rounded = vshrn_n_u32(vaddq_u32(bits, vaddq_u32(odd, vdupq_n_u32(0x7fff))), 16);
  uint16x4_t number = vmovn_u32(vceqq_f32(v, v));
  return vbsl_u16(number, rounded, vdup_n_u16(0x7fc0));
}
inline Vector load(const uint16_t* x) {
  return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(x), 16));
}
inline void store(uint16_t* y, Vector v) { vst1_u16(y, narrow(v)); }

template <typename Element>
Vector load_first(const Element* x, int64_t n) {
  Element buffer[4] = {};
  for (int64_t i = 0; i < n; i++) {
    buffer[i] = x[i];
  }
  return load(buffer);
}
template <typename Element>
void store_first(Element* y, Vector v, int64_t n) {
  Element buffer[4];
  store(buffer, v);
  for (int64_t i = 0; i < n; i++) {
    y[i] = buffer[i];
  }
}
