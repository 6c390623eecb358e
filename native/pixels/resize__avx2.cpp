// The kernels of resizing, apart from pixels__avx2.cpp for its length.
#include <immintrin.h>

#include "pixels/one_pixel.h"
#include "pixels/pixels.h"

namespace yolo4j::pixels {
namespace {

/// Two pixels: left and right of each channel side by side, times both weights; lanes hold red,
/// green, blue and nothing as 32-bit numbers.
inline __m256i blend_two(const uint8_t* first, const uint8_t* second, __m256i weights) {
  const __m256i pairs =
      _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                       0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  __m256i pixels = _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(first))),
      _mm_loadl_epi64(reinterpret_cast<const __m128i*>(second)), 1);
  return _mm256_srli_epi32(_mm256_madd_epi16(_mm256_shuffle_epi8(pixels, pairs), weights), 4);
}

/// Bytes 0 to 11 of a register's halves, four pixels each.
inline void store_four(__m128i packed, uint8_t* target) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(target), packed);
  _mm_storeu_si32(target + 8, _mm_srli_si128(packed, 8));
}

/// Four pixels' numbers without the fourth of each.
inline __m128i without_fourth(__m128i pixels) {
  const __m128i order = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  return _mm_shuffle_epi8(pixels, order);
}

/// 16 numbers of two rows.
inline __m256i blend_rows(const int16_t* upper, const int16_t* lower, __m256i rest,
                          __m256i weight) {
  __m256i above = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(upper));
  __m256i below = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lower));
  __m256i sum =
      _mm256_add_epi16(_mm256_mulhi_epi16(above, rest), _mm256_mulhi_epi16(below, weight));
  return _mm256_srli_epi16(_mm256_add_epi16(sum, _mm256_set1_epi16(2)), 2);
}

/// Sums of two rows' neighbours, two pixels of the source each: four numbers of 16 bits a pixel.
inline __m128i sum_two(const uint8_t* upper, const uint8_t* lower) {
  const __m128i pairs = _mm_setr_epi8(0, 3, 1, 4, 2, 5, -1, -1, 6, 9, 7, 10, 8, 11, -1, -1);
  const __m128i one = _mm_set1_epi8(1);
  __m128i above = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(upper)), pairs);
  __m128i below = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(lower)), pairs);
  return _mm_add_epi16(_mm_maddubs_epi16(above, one), _mm_maddubs_epi16(below, one));
}

}  // namespace

void resize_columns__avx2(const uint8_t* rgb, const ResizeColumns& columns, int16_t* blended) {
  const __m128i one = _mm_set1_epi32(1 << kResizeBits);
  int32_t i = 0;
  for (; i + 4 <= columns.safe; i += 4) {
    __m128i weight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(columns.weight + i));
    __m128i both = _mm_or_si128(_mm_sub_epi32(one, weight), _mm_slli_epi32(weight, 16));
    __m256i wide = _mm256_castsi128_si256(both);
    // Pixels 0 and 2, 1 and 3, so that packing leaves them in order.
    __m256i even = _mm256_permutevar8x32_epi32(wide, _mm256_setr_epi32(0, 0, 0, 0, 2, 2, 2, 2));
    __m256i odd = _mm256_permutevar8x32_epi32(wide, _mm256_setr_epi32(1, 1, 1, 1, 3, 3, 3, 3));
    const int32_t* left = columns.left + i;
    __m256i first = blend_two(rgb + left[0], rgb + left[2], even);
    __m256i second = blend_two(rgb + left[1], rgb + left[3], odd);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(blended + i * kBlended),
                        _mm256_packs_epi32(first, second));
  }
  for (; i < columns.count; i++) {
    resize_column(rgb, columns, i, blended);
  }
}

void resize_rows__avx2(const int16_t* upper, const int16_t* lower, int32_t weight, int32_t count,
                       uint8_t* target) {
  const __m256i rest = _mm256_set1_epi16(static_cast<int16_t>((1 << kResizeBits) - weight));
  const __m256i part = _mm256_set1_epi16(static_cast<int16_t>(weight));
  int32_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __m256i first = blend_rows(upper + i * kBlended, lower + i * kBlended, rest, part);
    __m256i second = blend_rows(upper + (i + 4) * kBlended, lower + (i + 4) * kBlended, rest, part);
    // Halves hold pixels 0, 1, 4, 5 and 2, 3, 6, 7.
    __m256i packed =
        _mm256_permute4x64_epi64(_mm256_packus_epi16(first, second), _MM_SHUFFLE(3, 1, 2, 0));
    store_four(without_fourth(_mm256_castsi256_si128(packed)), target + i * kChannels);
    store_four(without_fourth(_mm256_extracti128_si256(packed, 1)), target + (i + 4) * kChannels);
  }
  for (; i < count; i++) {
    resize_pixel(upper, lower, weight, i, target);
  }
}

void halve__avx2(const uint8_t* upper, const uint8_t* lower, int32_t count, uint8_t* target) {
  const __m128i half = _mm_set1_epi16(2);
  int32_t i = 0;
  // 16 bytes are loaded for the 12 of two pixels: another pixel must follow.
  for (; i + 5 <= count; i += 4) {
    const uint8_t* above = upper + 2 * i * kChannels;
    const uint8_t* below = lower + 2 * i * kChannels;
    __m128i first = _mm_srli_epi16(_mm_add_epi16(sum_two(above, below), half), 2);
    __m128i second = _mm_srli_epi16(_mm_add_epi16(sum_two(above + 12, below + 12), half), 2);
    store_four(without_fourth(_mm_packus_epi16(first, second)), target + i * kChannels);
  }
  for (; i < count; i++) {
    halve_pixel(upper, lower, i, target);
  }
}

}  // namespace yolo4j::pixels
