// Maps of bytes, and maps in another type. Plain loops that compilers turn into vectors: included
// inside the anonymous namespace of each instruction set's file. All of them give the same bits.

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

template <typename From, typename To>
void convert_run(const ConvertRun& run) {
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

/// The scale is kept by a maximum: it looks at the bytes alone.
inline void pool_bytes(const PoolRow& row) {
  const uint8_t* x = static_cast<const uint8_t*>(row.x);
  for (int64_t column = 0; column < row.y_width; column++) {
    int64_t first = column * row.stride - row.pad;
    const int64_t end = first + row.kernel < row.width ? first + row.kernel : row.width;
    first = first < 0 ? 0 : first;
    uint8_t* __restrict y = static_cast<uint8_t*>(row.y) + column * row.y_pixel;
    std::memset(y, 0, static_cast<std::size_t>(row.channels));
    for (int64_t r = 0; r < row.rows; r++) {
      for (int64_t k = first; k < end; k++) {
        const uint8_t* at = x + r * row.x_row + k * row.x_pixel;
        for (int64_t c = 0; c < row.channels; c++) {
          y[c] = at[c] > y[c] ? at[c] : y[c];
        }
      }
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
