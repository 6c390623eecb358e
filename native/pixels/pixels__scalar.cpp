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

void resize_columns__scalar(const uint8_t* rgb, const ResizeColumns& columns, int16_t* blended) {
  for (int32_t i = 0; i < columns.count; i++) {
    resize_column(rgb, columns, i, blended);
  }
}

void resize_rows__scalar(const int16_t* upper, const int16_t* lower, int32_t weight, int32_t count,
                         uint8_t* target) {
  for (int32_t i = 0; i < count; i++) {
    resize_pixel(upper, lower, weight, i, target);
  }
}

void halve__scalar(const uint8_t* upper, const uint8_t* lower, int32_t count, uint8_t* target) {
  for (int32_t i = 0; i < count; i++) {
    halve_pixel(upper, lower, i, target);
  }
}

}  // namespace

const Kernels kScalar = {warp_row__scalar,       warp_upright__scalar, adjust_hsv__scalar,
                         resize_columns__scalar, resize_rows__scalar,  halve__scalar};

}  // namespace yolo4j::pixels
