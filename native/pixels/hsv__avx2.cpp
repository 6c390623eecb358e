#include <immintrin.h>

#include "pixels/one_pixel.h"
#include "pixels/pixels.h"

namespace yolo4j::pixels {
namespace {

/// 16 pixels, a register a channel.
struct Planes {
  __m128i red;
  __m128i green;
  __m128i blue;
};

inline Planes split(const uint8_t* rgb) {
  __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb));
  __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb + 16));
  __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb + 32));
  const __m128i red_a = _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  const __m128i red_b = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1);
  const __m128i red_c = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13);
  const __m128i green_a =
      _mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  const __m128i green_b = _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1);
  const __m128i green_c =
      _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14);
  const __m128i blue_a = _mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  const __m128i blue_b = _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1);
  const __m128i blue_c = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15);
  return {_mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, red_a), _mm_shuffle_epi8(b, red_b)),
                       _mm_shuffle_epi8(c, red_c)),
          _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, green_a), _mm_shuffle_epi8(b, green_b)),
                       _mm_shuffle_epi8(c, green_c)),
          _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, blue_a), _mm_shuffle_epi8(b, blue_b)),
                       _mm_shuffle_epi8(c, blue_c))};
}

inline void join(const Planes& planes, uint8_t* rgb) {
  const __m128i red_a = _mm_setr_epi8(0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1, 5);
  const __m128i green_a = _mm_setr_epi8(-1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1);
  const __m128i blue_a = _mm_setr_epi8(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1);
  const __m128i red_b = _mm_setr_epi8(-1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10, -1);
  const __m128i green_b = _mm_setr_epi8(5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10);
  const __m128i blue_b = _mm_setr_epi8(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1);
  const __m128i red_c =
      _mm_setr_epi8(-1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1, -1);
  const __m128i green_c =
      _mm_setr_epi8(-1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1);
  const __m128i blue_c =
      _mm_setr_epi8(10, -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15);
  __m128i a = _mm_or_si128(
      _mm_or_si128(_mm_shuffle_epi8(planes.red, red_a), _mm_shuffle_epi8(planes.green, green_a)),
      _mm_shuffle_epi8(planes.blue, blue_a));
  __m128i b = _mm_or_si128(
      _mm_or_si128(_mm_shuffle_epi8(planes.red, red_b), _mm_shuffle_epi8(planes.green, green_b)),
      _mm_shuffle_epi8(planes.blue, blue_b));
  __m128i c = _mm_or_si128(
      _mm_or_si128(_mm_shuffle_epi8(planes.red, red_c), _mm_shuffle_epi8(planes.green, green_c)),
      _mm_shuffle_epi8(planes.blue, blue_c));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rgb), a);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rgb + 16), b);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rgb + 32), c);
}

/// (x · round(numerator / d) + 2048) >> 12 for eight numbers. Where d is 0 so is x, and whatever
/// the division gives is multiplied by 0.
inline __m256i scaled(__m256i x, float numerator, __m256i d) {
  __m256i reciprocal =
      _mm256_cvtps_epi32(_mm256_div_ps(_mm256_set1_ps(numerator), _mm256_cvtepi32_ps(d)));
  __m256i product = _mm256_add_epi32(_mm256_mullo_epi32(x, reciprocal), _mm256_set1_epi32(2048));
  return _mm256_srai_epi32(product, 12);
}

inline __m256i gained_eight(__m256i x, uint32_t gain) {
  return _mm256_srli_epi32(_mm256_mullo_epi32(x, _mm256_set1_epi32(static_cast<int32_t>(gain))),
                           kGainBits);
}

/// Hue, saturation and value of 16 pixels, changed, in 16 bits each.
struct Hsv {
  __m256i hue;
  __m256i saturation;
  __m256i value;
};

/// Joins numbers 0 … 7 and 8 … 15 of 16.
inline __m256i narrowed(__m256i low, __m256i high) {
  return _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xd8);
}

inline __m256i low_half(__m256i words) {
  return _mm256_cvtepi16_epi32(_mm256_castsi256_si128(words));
}

inline __m256i high_half(__m256i words) {
  return _mm256_cvtepi16_epi32(_mm256_extracti128_si256(words, 1));
}

inline __m256i changed_hue(__m256i distance, __m256i range, uint32_t gain) {
  const __m256i turn = _mm256_set1_epi32(180);
  __m256i hue = scaled(distance, 30 * 4096.0f, range);
  hue = _mm256_add_epi32(hue, _mm256_and_si256(_mm256_srai_epi32(hue, 31), turn));
  hue = gained_eight(hue, gain);
  __m256i below = _mm256_cmpgt_epi32(turn, hue);
  return _mm256_sub_epi32(hue, _mm256_andnot_si256(below, turn));
}

inline Hsv changed(const Planes& planes, const Gains& gains) {
  __m256i red = _mm256_cvtepu8_epi16(planes.red);
  __m256i green = _mm256_cvtepu8_epi16(planes.green);
  __m256i blue = _mm256_cvtepu8_epi16(planes.blue);
  __m256i value = _mm256_max_epi16(red, _mm256_max_epi16(green, blue));
  __m256i range = _mm256_sub_epi16(value, _mm256_min_epi16(red, _mm256_min_epi16(green, blue)));
  __m256i twice = _mm256_slli_epi16(range, 1);
  __m256i from_blue = _mm256_add_epi16(_mm256_sub_epi16(red, green), _mm256_slli_epi16(range, 2));
  __m256i from_green = _mm256_add_epi16(_mm256_sub_epi16(blue, red), twice);
  __m256i from_red = _mm256_sub_epi16(green, blue);
  __m256i distance = _mm256_blendv_epi8(from_blue, from_green, _mm256_cmpeq_epi16(value, green));
  distance = _mm256_blendv_epi8(distance, from_red, _mm256_cmpeq_epi16(value, red));

  __m256i low_range = low_half(range);
  __m256i high_range = high_half(range);
  __m256i low_value = low_half(value);
  __m256i high_value = high_half(value);
  const __m256i most = _mm256_set1_epi16(255);
  Hsv hsv;
  hsv.hue = narrowed(changed_hue(low_half(distance), low_range, gains.hue),
                     changed_hue(high_half(distance), high_range, gains.hue));
  hsv.saturation =
      narrowed(gained_eight(scaled(low_range, 255 * 4096.0f, low_value), gains.saturation),
               gained_eight(scaled(high_range, 255 * 4096.0f, high_value), gains.saturation));
  hsv.saturation = _mm256_min_epi16(hsv.saturation, most);
  hsv.value = narrowed(gained_eight(low_value, gains.value), gained_eight(high_value, gains.value));
  hsv.value = _mm256_min_epi16(hsv.value, most);
  return hsv;
}

/// One channel of 16 pixels in 8 bits; the arithmetic is that of blend() and share().
inline __m128i channel(const Hsv& hsv, int16_t offset) {
  __m256i k = _mm256_add_epi16(hsv.hue, _mm256_set1_epi16(offset));
  __m256i below = _mm256_cmpgt_epi16(_mm256_set1_epi16(180), k);
  k = _mm256_sub_epi16(k, _mm256_andnot_si256(below, _mm256_set1_epi16(180)));
  __m256i share = _mm256_min_epi16(k, _mm256_sub_epi16(_mm256_set1_epi16(120), k));
  share = _mm256_min_epi16(share, _mm256_set1_epi16(30));
  share = _mm256_max_epi16(share, _mm256_setzero_si256());
  __m256i part =
      _mm256_sub_epi16(_mm256_set1_epi16(7650), _mm256_mullo_epi16(hsv.saturation, share));
  __m256i product = _mm256_mulhi_epu16(_mm256_slli_epi16(part, 3),
                                       _mm256_mullo_epi16(hsv.value, _mm256_set1_epi16(257)));
  __m256i words =
      _mm256_mulhi_epu16(_mm256_add_epi16(product, _mm256_set1_epi16(120)), _mm256_set1_epi16(273));
  return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}

/// Whether none of 16 pixels has a colour.
inline bool is_grey(const Planes& planes) {
  __m128i differences =
      _mm_or_si128(_mm_xor_si128(planes.red, planes.green), _mm_xor_si128(planes.red, planes.blue));
  return _mm_testz_si128(differences, differences) != 0;
}

/// Grey stays grey: its value changes and that is all. Pictures of metal are like that.
inline __m128i changed_grey(__m128i grey, uint32_t gain) {
  __m256i value = _mm256_cvtepu8_epi16(grey);
  value = narrowed(gained_eight(low_half(value), gain), gained_eight(high_half(value), gain));
  value = _mm256_min_epi16(value, _mm256_set1_epi16(255));
  return _mm_packus_epi16(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
}

}  // namespace

void adjust_hsv__avx2(uint8_t* rgb, int64_t count, const Gains& gains) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    uint8_t* place = rgb + i * kChannels;
    Planes planes = split(place);
    if (is_grey(planes)) {
      __m128i value = changed_grey(planes.red, gains.value);
      join({value, value, value}, place);
    } else {
      Hsv hsv = changed(planes, gains);
      join({channel(hsv, 150), channel(hsv, 90), channel(hsv, 30)}, place);
    }
  }
  for (; i < count; i++) {
    adjust_pixel(rgb + i * kChannels, gains);
  }
}

}  // namespace yolo4j::pixels
