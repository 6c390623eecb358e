// Multiply-adds of AMX's tiles: 16 x 16 sums of 32 products of bfloat16, or 64 of bytes.
#include "roofs/roofs.h"

#if defined(YOLO4J_X86) && defined(__linux__) && (defined(__clang__) || __GNUC__ >= 11)
#define YOLO4J_TILES
#include <immintrin.h>
#endif

namespace yolo4j::roofs {

#if defined(YOLO4J_TILES)
namespace {

constexpr int64_t kRows = 16;
constexpr int64_t kRowBytes = 64;
/// Six of the eight tiles are sums, which hides the latency; the others are the factors.
constexpr int64_t kTiles = 8;
constexpr int64_t kSums = 6;

/// As LDTILECFG reads it.
struct Configuration {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};
};
static_assert(sizeof(Configuration) == 64, "as the instruction reads it");

/// Configures the tiles; sums are zero, factors small.
__attribute__((target("amx-tile"))) void fill_tiles() {
  Configuration configuration;
  for (int64_t tile = 0; tile < kTiles; tile++) {
    configuration.row_bytes[tile] = kRowBytes;
    configuration.rows[tile] = kRows;
  }
  // 0x3c3c is a bfloat16 near 1/90.
  alignas(kLineBytes) uint8_t factors[kRows * kRowBytes];
  for (uint8_t& byte : factors) {
    byte = 0x3c;
  }
  // The instructions are opaque to the compiler: all must have been written.
  __asm__ volatile("" : : "r"(&configuration), "r"(factors) : "memory");
  _tile_loadconfig(&configuration);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_loadd(6, factors, kRowBytes);
  _tile_loadd(7, factors, kRowBytes);
}

/// Stores one sum and gives the tiles back.
__attribute__((target("amx-tile"))) void empty_tiles(float* kept) {
  alignas(kLineBytes) float sums[kRows * kRowBytes / 4] = {};
  _tile_stored(0, sums, kRowBytes);
  _tile_release();
  __asm__ volatile("" : : "r"(sums) : "memory");
  *kept = sums[0];
}

__attribute__((target("amx-tile,amx-bf16"))) int64_t multiply_bf16(int64_t rounds, float* kept) {
  fill_tiles();
  for (int64_t round = 0; round < rounds; round++) {
    _tile_dpbf16ps(0, 6, 7);
    _tile_dpbf16ps(1, 6, 7);
    _tile_dpbf16ps(2, 6, 7);
    _tile_dpbf16ps(3, 6, 7);
    _tile_dpbf16ps(4, 6, 7);
    _tile_dpbf16ps(5, 6, 7);
  }
  empty_tiles(kept);
  return 2 * kSums * 16 * 16 * 32 * rounds;
}

__attribute__((target("amx-tile,amx-int8"))) int64_t multiply_i8(int64_t rounds, float* kept) {
  fill_tiles();
  for (int64_t round = 0; round < rounds; round++) {
    _tile_dpbssd(0, 6, 7);
    _tile_dpbssd(1, 6, 7);
    _tile_dpbssd(2, 6, 7);
    _tile_dpbssd(3, 6, 7);
    _tile_dpbssd(4, 6, 7);
    _tile_dpbssd(5, 6, 7);
  }
  empty_tiles(kept);
  return 2 * kSums * 16 * 16 * 64 * rounds;
}

}  // namespace

const MultiplyAdd kAmxBf16 = multiply_bf16;
const MultiplyAdd kAmxI8 = multiply_i8;
#else
const MultiplyAdd kAmxBf16 = nullptr;
const MultiplyAdd kAmxI8 = nullptr;
#endif

}  // namespace yolo4j::roofs
