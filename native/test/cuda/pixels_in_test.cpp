// 8-bit pixels to a frame on the device: the same bits as a float32 division gives.
#include "buffers.h"
#include "cuda/device.h"

namespace {

using namespace cuda_test;
using test_buffers::Noise;

yolo4j_pixels_in frame(int32_t dtype, int32_t layout, int64_t width, int64_t height) {
  yolo4j_pixels_in p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.layout = layout;
  p.fill = 114;
  p.width = width;
  p.height = height;
  p.row_bytes = 3 * width;
  p.frame_width = width;
  p.frame_height = height;
  return p;
}

std::string text(const yolo4j_pixels_in& p) {
  return std::string(type_name(p.dtype)) + " layout " + std::to_string(p.layout) + " " +
         std::to_string(p.width) + "x" + std::to_string(p.height) + " in " +
         std::to_string(p.frame_width) + "x" + std::to_string(p.frame_height);
}

void matches(const yolo4j_pixels_in& p, int64_t shift) {
  // The last row has no gap after it.
  int64_t bytes = p.row_bytes * (p.height - 1) + 3 * p.width;
  int64_t plane = p.frame_width * p.frame_height;
  Buffer pixels(YOLO4J_DTYPE_U8, bytes, Buffer::kInput);
  Buffer y(p.dtype, 3 * plane, Buffer::kOutput, shift);
  Noise noise(static_cast<uint32_t>(p.width));
  for (int64_t i = 0; i < bytes; i++) {
    pixels.as<uint8_t>()[i] = static_cast<uint8_t>(i < 256 ? i : 128 + 127 * noise.next());
  }
  pixels.upload();
  succeeded(text(p), yolo4j_cuda_pixels_in_run(call(), &p, static_cast<uint8_t*>(pixels.device()),
                                               y.device()));
  y.download();
  CHECK(y.guards_intact());
  Buffer expected(p.dtype, 1, Buffer::kInput);
  int64_t wrong = 0;
  for (int64_t i = 0; i < plane; i++) {
    int64_t column = i % p.frame_width - p.left;
    int64_t row = i / p.frame_width - p.top;
    bool inside = column >= 0 && column < p.width && row >= 0 && row < p.height;
    for (int64_t c = 0; c < 3; c++) {
      int64_t from = row * p.row_bytes + 3 * column + (p.reverse != 0 ? 2 - c : c);
      int32_t value = inside ? pixels.as<uint8_t>()[from] : p.fill;
      expected.set(0, static_cast<float>(value) / 255.0f);
      int64_t at = p.layout == YOLO4J_LAYOUT_NHWC ? i * 3 + c : c * plane + i;
      wrong += y.get(at) == expected.get(0) ? 0 : 1;
    }
  }
  if (wrong > 0) {
    check::failures++;
    std::fprintf(stderr, "%s: %lld of %lld wrong\n", text(p).c_str(), static_cast<long long>(wrong),
                 static_cast<long long>(3 * plane));
  }
}

void frames_match(int32_t dtype, int32_t layout) {
  for (int64_t width : {1, 3, 4, 5, 8, 17, 65}) {
    yolo4j_pixels_in p = frame(dtype, layout, width, width / 2 + 1);
    matches(p, 0);
    p.reverse = 1;
    p.row_bytes += 5;
    p.frame_width += 7;
    p.frame_height += 3;
    p.left = 2;
    p.top = 1;
    matches(p, 0);
    p.frame_width = (p.frame_width + 3) / 4 * 4;
    p.left = 0;
    p.top = 3;
    matches(p, 0);
    matches(p, 1);
  }
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_pixels_in::*field, Value value, int32_t status, const char* part) {
  yolo4j_pixels_in p = frame(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NCHW, 8, 4);
  Buffer pixels(YOLO4J_DTYPE_U8, 8 * 4 * 3, Buffer::kInput);
  Buffer y(YOLO4J_DTYPE_F32, 8 * 4 * 3, Buffer::kOutput);
  const uint8_t* from = static_cast<uint8_t*>(pixels.device());
  p.*field = static_cast<Field>(value);
  CHECK_REFUSED(yolo4j_cuda_pixels_in_run(call(), &p, from, y.device()), status, part);
  CHECK(y.untouched());
}

void wrong_arguments_are_named() {
  using P = yolo4j_pixels_in;
  refused_with(&P::struct_size, 4, YOLO4J_INVALID_ARGUMENT, "struct_size");
  refused_with(&P::dtype, YOLO4J_DTYPE_U8, YOLO4J_UNSUPPORTED, "got u8");
  refused_with(&P::layout, 3, YOLO4J_INVALID_ARGUMENT, "layout must be");
  refused_with(&P::fill, 256, YOLO4J_INVALID_ARGUMENT, "fill must be from 0 to 255");
  refused_with(&P::reverse, 2, YOLO4J_INVALID_ARGUMENT, "reverse 0 or 1, got 114 and 2");
  refused_with(&P::width, 0, YOLO4J_INVALID_ARGUMENT, "width and height must be from 1");
  refused_with(&P::height, INT64_MAX, YOLO4J_INVALID_ARGUMENT, "width and height must be");
  refused_with(&P::frame_width, 7, YOLO4J_INVALID_ARGUMENT, "must lie within the frame");
  refused_with(&P::left, 1, YOLO4J_INVALID_ARGUMENT, "must lie within the frame");
  refused_with(&P::left, INT64_MAX, YOLO4J_INVALID_ARGUMENT, "must lie within the frame");
  refused_with(&P::top, -1, YOLO4J_INVALID_ARGUMENT, "must lie within the frame");
  refused_with(&P::row_bytes, 23, YOLO4J_INVALID_ARGUMENT, "row_bytes must be at least");
  refused_with(&P::row_bytes, INT64_MAX, YOLO4J_INVALID_ARGUMENT, "row_bytes must be");
  yolo4j_pixels_in p = frame(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NCHW, 8, 4);
  uint8_t byte = 0;
  CHECK_REFUSED(yolo4j_cuda_pixels_in_run(call(), &p, &byte, nullptr), YOLO4J_INVALID_ARGUMENT,
                "y must not be null");
  CHECK_REFUSED(yolo4j_cuda_pixels_in_run(call(), nullptr, &byte, &byte), YOLO4J_INVALID_ARGUMENT,
                "must not be null");
}

}  // namespace

int main() {
  memory();
  wrong_arguments_are_named();
  for (int32_t dtype : kFloatTypes) {
    for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
      frames_match(dtype, layout);
    }
  }
  return check::result();
}
