// Shuffles of 16 pixels of three bytes: AArch64. Included inside an anonymous namespace.

inline void split16(const uint8_t* pixels, uint8_t planes[3][16]) {
  uint8x16x3_t split = vld3q_u8(pixels);
  vst1q_u8(planes[0], split.val[0]);
  vst1q_u8(planes[1], split.val[1]);
  vst1q_u8(planes[2], split.val[2]);
}

inline void reverse16(const uint8_t* pixels, uint8_t* turned) {
  uint8x16x3_t split = vld3q_u8(pixels);
  vst3q_u8(turned, uint8x16x3_t{{split.val[2], split.val[1], split.val[0]}});
}

inline Vector from_bytes(const uint8_t* x) {
  uint32_t four;
  __builtin_memcpy(&four, x, sizeof four);
  uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(four));
  return vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
}
