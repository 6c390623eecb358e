#include "pixels/one_pixel.h"
#include "pixels/pixels.h"

namespace yolo4j::pixels {
namespace {

void warp_row__scalar(const Source& source, const Row& row, uint8_t* target) {
  for (int32_t i = 0; i < row.count; i++) {
    warp_pixel(source, wrapping_sum(row.x, row.dx[i]), wrapping_sum(row.y, row.dy[i]),
               target + i * kChannels);
  }
}

void warp_upright__scalar(const Source& source, const Upright& block, uint8_t* target) {
  for (int32_t j = 0; j < block.rows; j++) {
    for (int32_t i = 0; i < block.columns; i++) {
      warp_pixel(source, block.x[i], block.y[j], target + j * block.stride + i * kChannels);
    }
  }
}

void adjust_hsv__scalar(uint8_t* rgb, int64_t count, const Gains& gains) {
  for (int64_t i = 0; i < count; i++) {
    adjust_pixel(rgb + i * kChannels, gains);
  }
}

}  // namespace

const Kernels kScalar = {warp_row__scalar, warp_upright__scalar, adjust_hsv__scalar};

}  // namespace yolo4j::pixels
