// Maps in another type. Plain loops that compilers turn into vectors: included inside the anonymous
// namespace of each instruction set's file. All of them give the same bits.

inline float real(const float* x, const Scale&) { return *x; }

inline float real(const uint16_t* x, const Scale&) {
  const uint32_t bits = static_cast<uint32_t>(*x) << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

inline float real(const uint8_t* x, const Scale& s) {
  return (static_cast<float>(*x) - s.zero) * s.scale;
}

inline void put(float* y, float v, const Scale&) { *y = v; }

/// To the nearest, ties to the even one; NaN stays NaN.
inline void put(uint16_t* y, float v, const Scale&) {
  uint32_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  *y = static_cast<uint16_t>((bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : rounded);
}

/// Comparisons with NaN are false, so it gives 0.
inline void put(uint8_t* y, float v, const Scale& s) {
  float q = v / s.scale + s.zero;
  q = q > 0 ? q : 0;
  q = q < 255 ? q : 255;
  *y = static_cast<uint8_t>(static_cast<int32_t>(q + 0.5f));
}

/// Of a copy: bytes written may alias anything, a limit that is read again each time among it, and
/// then there are no vectors.
template <typename From, typename To>
void convert_run(const ConvertRun& given) {
  const ConvertRun run = given;
  const Scale from = run.from;
  const Scale to = run.to;
  for (int64_t p = 0; p < run.pixels; p++) {
    const From* x = static_cast<const From*>(run.x) + p * run.x_pixel;
    To* __restrict y = static_cast<To*>(run.y) + p * run.y_pixel;
    for (int64_t c = 0; c < run.channels; c++) {
      put(y + c, real(x + c, from), to);
    }
  }
}

#define YOLO4J_CONVERSIONS                                                                  \
  {                                                                                         \
    {convert_run<float, float>, convert_run<float, uint16_t>, convert_run<float, uint8_t>}, \
        {convert_run<uint16_t, float>, convert_run<uint16_t, uint16_t>,                     \
         convert_run<uint16_t, uint8_t>},                                                   \
        {convert_run<uint8_t, float>, convert_run<uint8_t, uint16_t>,                       \
         convert_run<uint8_t, uint8_t>},                                                    \
  }
