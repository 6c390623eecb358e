#include <immintrin.h>

#include "pixels/one_pixel.h"
#include "pixels/pixels.h"

namespace yolo4j::pixels {
namespace {

/// Two pixels' neighbours, bilinear: lanes hold red, green, blue and nothing as 32-bit numbers.
/// `columns` has the weights of left and right in each 16 bits, `rows` those of upper and lower in
/// each 32.
inline __m256i warp_two(const uint8_t* first, const uint8_t* second, int64_t stride,
                        __m256i columns, __m256i rows) {
  // Left and right of each channel side by side; the lower row's in the upper half.
  const __m256i pairs = _mm256_setr_epi8(0, 3, 1, 4, 2, 5, -1, -1, 8, 11, 9, 12, 10, 13, -1, -1,  //
                                         0, 3, 1, 4, 2, 5, -1, -1, 8, 11, 9, 12, 10, 13, -1, -1);
  // Upper and lower of each channel side by side.
  const __m256i stacked = _mm256_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, -1, -1, -1, -1,
                                           0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, -1, -1, -1, -1);
  __m128i a = _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(first)),
                                 _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first + stride)));
  __m128i b =
      _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(second)),
                         _mm_loadl_epi64(reinterpret_cast<const __m128i*>(second + stride)));
  __m256i pixels = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
  // The multiplication of bytes takes one operand as signed, and weights go up to 128.
  pixels = _mm256_xor_si256(pixels, _mm256_set1_epi8(static_cast<char>(0x80)));
  __m256i blended = _mm256_maddubs_epi16(columns, _mm256_shuffle_epi8(pixels, pairs));
  __m256i sums = _mm256_madd_epi16(_mm256_shuffle_epi8(blended, stacked), rows);
  // Both weights add up to 128: the 128 taken off every pixel comes to 128^3.
  sums = _mm256_add_epi32(sums, _mm256_set1_epi32((1 << 21) + (1 << 13)));
  return _mm256_srai_epi32(sums, 2 * kWeightBits);
}

/// Writes 12 bytes of each register. The first store's 4 bytes too many are written over by the
/// second.
inline void store_eight(__m128i low, __m128i high, uint8_t* target) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(target), low);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(target + 12), high);
  _mm_storeu_si32(target + 20, _mm_srli_si128(high, 8));
}

/// Writes eight pixels. `offsets` are those of the upper left neighbours; none of the pixels looks
/// outside the source, and 8 bytes may be read at each neighbour pair.
inline void warp_eight(const Source& source, const int32_t* offsets, __m256i x, __m256i y,
                       uint8_t* target) {
  const __m256i one = _mm256_set1_epi32(1 << kWeightBits);
  const __m256i mask = _mm256_set1_epi32((1 << kWeightBits) - 1);
  const __m256i packed = _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1, 0,
                                          1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  __m256i right = _mm256_and_si256(_mm256_srai_epi32(x, kPlaceBits - kWeightBits), mask);
  __m256i lower = _mm256_and_si256(_mm256_srai_epi32(y, kPlaceBits - kWeightBits), mask);
  __m256i columns = _mm256_or_si256(_mm256_sub_epi32(one, right), _mm256_slli_epi32(right, 8));
  columns = _mm256_or_si256(columns, _mm256_slli_epi32(columns, 16));
  __m256i rows = _mm256_or_si256(_mm256_sub_epi32(one, lower), _mm256_slli_epi32(lower, 16));
  int64_t stride = static_cast<int64_t>(source.width) * kChannels;
  __m256i pixels[4];
  for (int i = 0; i < 4; i++) {
    // Pixels i and i + 4, so that packing leaves them in order.
    __m256i pick = _mm256_setr_epi32(i, i, i, i, i + 4, i + 4, i + 4, i + 4);
    pixels[i] = warp_two(source.rgb + offsets[i], source.rgb + offsets[i + 4], stride,
                         _mm256_permutevar8x32_epi32(columns, pick),
                         _mm256_permutevar8x32_epi32(rows, pick));
  }
  __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(pixels[0], pixels[1]),
                                      _mm256_packs_epi32(pixels[2], pixels[3]));
  bytes = _mm256_shuffle_epi8(bytes, packed);
  store_eight(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1), target);
}

void warp_row__avx2(const Source& source, const Row& row, uint8_t* target) {
  const int32_t stride = source.width * kChannels;
  const __m256i minus_one = _mm256_set1_epi32(-1);
  const __m256i last_column = _mm256_set1_epi32(source.width - 1);
  const __m256i last_row = _mm256_set1_epi32(source.height - 1);
  const __m128i fill = _mm_set1_epi8(static_cast<char>(source.fill));
  // Below this offset a load of 8 bytes in the next row stays inside the picture.
  const __m256i end = _mm256_set1_epi32(stride * source.height - stride - 7);
  int32_t i = 0;
  for (; i + 8 <= row.count; i += 8) {
    __m256i x = _mm256_add_epi32(_mm256_set1_epi32(row.x),
                                 _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row.dx + i)));
    __m256i y = _mm256_add_epi32(_mm256_set1_epi32(row.y),
                                 _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row.dy + i)));
    __m256i column = _mm256_srai_epi32(x, kPlaceBits);
    __m256i line = _mm256_srai_epi32(y, kPlaceBits);
    __m256i offset = _mm256_add_epi32(_mm256_mullo_epi32(line, _mm256_set1_epi32(stride)),
                                      _mm256_add_epi32(column, _mm256_slli_epi32(column, 1)));
    __m256i inside = _mm256_and_si256(
        _mm256_and_si256(_mm256_cmpgt_epi32(column, minus_one),
                         _mm256_cmpgt_epi32(last_column, column)),
        _mm256_and_si256(_mm256_cmpgt_epi32(line, minus_one), _mm256_cmpgt_epi32(last_row, line)));
    inside = _mm256_and_si256(inside, _mm256_cmpgt_epi32(end, offset));
    __m256i outside = _mm256_or_si256(
        _mm256_or_si256(_mm256_cmpgt_epi32(minus_one, column),
                        _mm256_cmpgt_epi32(column, last_column)),
        _mm256_or_si256(_mm256_cmpgt_epi32(minus_one, line), _mm256_cmpgt_epi32(line, last_row)));
    uint8_t* to = target + static_cast<int64_t>(i) * kChannels;
    if (_mm256_movemask_epi8(inside) == -1) {
      alignas(32) int32_t offsets[8];
      _mm256_store_si256(reinterpret_cast<__m256i*>(offsets), offset);
      warp_eight(source, offsets, x, y, to);
    } else if (_mm256_movemask_epi8(outside) == -1) {
      store_eight(fill, fill, to);
    } else {
      for (int32_t j = i; j < i + 8; j++) {
        warp_pixel(source, wrapping_sum(row.x, row.dx[j]), wrapping_sum(row.y, row.dy[j]),
                   target + static_cast<int64_t>(j) * kChannels);
      }
    }
  }
  for (; i < row.count; i++) {
    warp_pixel(source, wrapping_sum(row.x, row.dx[i]), wrapping_sum(row.y, row.dy[i]),
               target + static_cast<int64_t>(i) * kChannels);
  }
}

/// A row of the source blended with the next one, 16 bits a number, with room for a load too far.
struct BlendedRow {
  alignas(32) int16_t numbers[kLongestSpan * kChannels + 16];
};

/// Where the eight pixels' left neighbours lie in a blended row, and the weights of left and right,
/// four times each, as a multiplication of two pixels needs them.
struct Columns {
  int32_t offset[kBlock];
  alignas(32) int32_t weights[kBlock][4];
};

void fill_columns(const Upright& block, Columns* columns) {
  constexpr int32_t one = 1 << kWeightBits;
  for (int32_t i = 0; i < block.columns; i++) {
    int32_t right = (block.x[i] >> (kPlaceBits - kWeightBits)) & (one - 1);
    columns->offset[i] = ((block.x[i] >> kPlaceBits) - block.first) * kChannels;
    for (int32_t j = 0; j < 4; j++) {
      columns->weights[i][j] = (one - right) | (right << 16);
    }
  }
}

/// Blends `count` numbers of two rows.
inline void blend_rows(const uint8_t* upper, const uint8_t* lower, int32_t weight, int32_t count,
                       int16_t* blended) {
  constexpr int32_t one = 1 << kWeightBits;
  const __m256i above = _mm256_set1_epi16(static_cast<int16_t>(one - weight));
  const __m256i below = _mm256_set1_epi16(static_cast<int16_t>(weight));
  int32_t i = 0;
  for (; i + 16 <= count; i += 16) {
    __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(upper + i)));
    __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(lower + i)));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(blended + i),
        _mm256_add_epi16(_mm256_mullo_epi16(a, above), _mm256_mullo_epi16(b, below)));
  }
  for (; i < count; i++) {
    blended[i] = static_cast<int16_t>(upper[i] * (one - weight) + lower[i] * weight);
  }
}

/// Blends the columns that a block looks at; the fill stands for what lies outside.
inline void blend_span(const Source& source, const Upright& block, int32_t y, const uint8_t* fill,
                       BlendedRow* row) {
  constexpr int32_t one = 1 << kWeightBits;
  int32_t line = y >> kPlaceBits;
  int32_t weight = (y >> (kPlaceBits - kWeightBits)) & (one - 1);
  int32_t from = larger(block.first, 0);
  int32_t to = smaller(block.first + block.span, source.width);
  int32_t before = smaller(from - block.first, block.span) * kChannels;
  int32_t inside = larger(to - from, 0) * kChannels;
  for (int32_t i = 0; i < before; i++) {
    row->numbers[i] = static_cast<int16_t>(source.fill * one);
  }
  int64_t stride = static_cast<int64_t>(source.width) * kChannels;
  const uint8_t* start = source.rgb + line * stride + static_cast<int64_t>(from) * kChannels;
  if (inside > 0) {
    blend_rows(line >= 0 && line < source.height ? start : fill,
               line >= -1 && line < source.height - 1 ? start + stride : fill, weight, inside,
               row->numbers + before);
  }
  for (int32_t i = before + inside; i < block.span * kChannels; i++) {
    row->numbers[i] = static_cast<int16_t>(source.fill * one);
  }
}

/// Two pixels of a blended row: lanes hold red, green, blue and nothing as 32-bit numbers.
inline __m256i two_of_row(const int16_t* numbers, const Columns& columns, int32_t i) {
  const __m256i pairs = _mm256_setr_epi8(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1,  //
                                         0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1);
  const int16_t* a = numbers + columns.offset[i];
  const int16_t* b = numbers + columns.offset[i + 1];
  __m256i pixels = _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a))),
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(b)), 1);
  __m256i weights = _mm256_load_si256(reinterpret_cast<const __m256i*>(columns.weights[i]));
  __m256i sums = _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, pairs), weights);
  sums = _mm256_add_epi32(sums, _mm256_set1_epi32(1 << (2 * kWeightBits - 1)));
  return _mm256_srai_epi32(sums, 2 * kWeightBits);
}

inline void eight_of_row(const int16_t* numbers, const Columns& columns, int32_t i,
                         uint8_t* target) {
  const __m128i packed = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  __m256i bytes = _mm256_packus_epi16(
      _mm256_packs_epi32(two_of_row(numbers, columns, i), two_of_row(numbers, columns, i + 2)),
      _mm256_packs_epi32(two_of_row(numbers, columns, i + 4), two_of_row(numbers, columns, i + 6)));
  // Even pixels lie in the lower half, odd ones in the upper.
  __m128i even = _mm256_castsi256_si128(bytes);
  __m128i odd = _mm256_extracti128_si256(bytes, 1);
  __m128i low = _mm_shuffle_epi8(_mm_unpacklo_epi32(even, odd), packed);
  __m128i high = _mm_shuffle_epi8(_mm_unpackhi_epi32(even, odd), packed);
  store_eight(low, high, target);
}

void warp_upright__avx2(const Source& source, const Upright& block, uint8_t* target) {
  uint8_t fill[kLongestSpan * kChannels];
  for (uint8_t& number : fill) {
    number = source.fill;
  }
  Columns columns;
  fill_columns(block, &columns);
  BlendedRow row;
  for (int16_t& number : row.numbers) {
    number = 0;
  }
  for (int32_t j = 0; j < block.rows; j++) {
    blend_span(source, block, block.y[j], fill, &row);
    uint8_t* to = target + j * block.stride;
    int32_t i = 0;
    for (; i + 8 <= block.columns; i += 8) {
      eight_of_row(row.numbers, columns, i, to + i * kChannels);
    }
    for (; i < block.columns; i++) {
      warp_pixel(source, block.x[i], block.y[j], to + i * kChannels);
    }
  }
}

}  // namespace

const Kernels kAvx2 = {warp_row__avx2,       warp_upright__avx2, adjust_hsv__avx2,
                       resize_columns__avx2, resize_rows__avx2,  halve__avx2};

}  // namespace yolo4j::pixels
