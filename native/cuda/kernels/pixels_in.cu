// 8-bit pixels to a frame of the network's input: a thread makes four neighbours of a row.
#include "cuda/kernels/kernel.h"

namespace yolo4j::cuda {

/// The three values of a place in the frame.
DEVICE void pixel_values(const uint8_t* __restrict__ pixels, int x, int y, const PixelsShape& s,
                         float (&values)[3]) {
  const int column = x - s.left;
  const int row = y - s.top;
  const bool inside = column >= 0 && column < s.width && row >= 0 && row < s.height;
  const uint8_t* from = pixels + (inside ? row * s.row_bytes + column * INT64_C(3) : 0);
#pragma unroll
  for (int c = 0; c < 3; c++) {
    int value = inside ? from[s.reverse != 0 ? 2 - c : c] : s.fill;
    values[c] = static_cast<float>(value) / 255.0f;
  }
}

template <typename T>
DEVICE void pixels_in(const uint8_t* __restrict__ pixels, T* __restrict__ y, const PixelsShape& s) {
  const int groups = (s.frame_width + 3) / 4;
  const int64_t index = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int row = static_cast<int>(divide(index, groups));
  const int first = static_cast<int>(index - static_cast<int64_t>(row) * groups) * 4;
  if (row >= s.frame_height) {
    return;
  }
  const int valid = s.frame_width - first;
  const int64_t at = static_cast<int64_t>(row) * s.frame_width + first;
  const int64_t plane = static_cast<int64_t>(s.frame_height) * s.frame_width;
  float values[4][3];
#pragma unroll
  for (int k = 0; k < 4; k++) {
    pixel_values(pixels, first + k, row, s, values[k]);
  }
  // NCHW: four of each plane. NHWC: twelve neighbours, three vectors of four.
#pragma unroll
  for (int c = 0; c < 3; c++) {
    float four[4];
#pragma unroll
    for (int k = 0; k < 4; k++) {
      int element = c * 4 + k;
      four[k] = s.channels_last != 0 ? values[element / 3][element % 3] : values[k][c];
    }
    T* to = y + (s.channels_last != 0 ? at * 3 + c * 4 : c * plane + at);
    int exist = s.channels_last != 0 ? valid * 3 - c * 4 : valid;
    store_four(to, exist, s.aligned != 0, four);
  }
}

}  // namespace yolo4j::cuda

#define PIXELS_IN(type, suffix)                                                                \
  KERNEL pixels_in_##suffix(const uint8_t* pixels, type* y, yolo4j::cuda::PixelsShape shape) { \
    yolo4j::cuda::pixels_in<type>(pixels, y, shape);                                           \
  }
FOR_TYPES(PIXELS_IN)
#undef PIXELS_IN
