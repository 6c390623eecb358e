// Pixels into a network's input: every instruction set against the definition, bit for bit, and
// what the public function refuses.
#include "pixels_in/pixels_in.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"
#include "yolo4j.h"

namespace {

using namespace yolo4j::pixels_in;
using test_buffers::Buffer;

uint8_t pixel_byte(int64_t i) { return static_cast<uint8_t>(i * 151 + i / 256 * 37); }

std::vector<uint8_t> picture(int64_t bytes) {
  std::vector<uint8_t> pixels(static_cast<std::size_t>(bytes));
  for (int64_t i = 0; i < bytes; i++) {
    pixels[static_cast<std::size_t>(i)] = pixel_byte(i);
  }
  return pixels;
}

/// The nearest value of the type.
float rounded(int32_t element, float v) {
  return element == kF32 ? v : test_buffers::to_float(test_buffers::to_bf16(v));
}

void rows_match(const char* isa, const Kernels* kernels, int32_t element, int64_t count) {
  std::vector<uint8_t> pixels = picture(count * 3);
  Row row{pixels.data(), count};
  for (bool reverse : {false, true}) {
    Buffer y(element, count * 3);
    kernels->interleaved[element](row, reverse, y.data());
    bool same = y.guards_intact();
    for (int64_t i = 0; i < count * 3; i++) {
      int64_t from = reverse ? i / 3 * 3 + 2 - i % 3 : i;
      same = same && y.get(i) == rounded(element, static_cast<float>(pixel_byte(from)) / 255.0f);
    }
    check::equal(__FILE__, __LINE__,
                 (std::string(isa) + " interleaved " + std::to_string(count)).c_str(), same, 1);
  }
  Buffer planes[3] = {Buffer(element, count), Buffer(element, count), Buffer(element, count)};
  void* to[3] = {planes[0].data(), planes[1].data(), planes[2].data()};
  kernels->planes[element](row, to);
  for (int64_t c = 0; c < 3; c++) {
    bool same = planes[c].guards_intact();
    for (int64_t i = 0; i < count; i++) {
      float expected = static_cast<float>(pixel_byte(3 * i + c)) / 255.0f;
      same = same && planes[c].get(i) == rounded(element, expected);
    }
    check::equal(__FILE__, __LINE__,
                 (std::string(isa) + " planes " + std::to_string(count)).c_str(), same, 1);
  }
}

yolo4j_pixels_in valid() {
  yolo4j_pixels_in p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.layout = YOLO4J_LAYOUT_NCHW;
  p.fill = 114;
  p.threads = 1;
  p.width = 37;
  p.height = 9;
  p.row_bytes = 3 * 37 + 5;
  p.frame_width = 48;
  p.frame_height = 14;
  p.left = 4;
  p.top = 3;
  return p;
}

/// What the frame holds at a place, from the definition.
float expected_at(const yolo4j_pixels_in& p, int64_t channel, int64_t row, int64_t column) {
  int64_t j = row - p.top;
  int64_t i = column - p.left;
  uint8_t byte = static_cast<uint8_t>(p.fill);
  if (j >= 0 && j < p.height && i >= 0 && i < p.width) {
    byte = pixel_byte(j * p.row_bytes + 3 * i + (p.reverse != 0 ? 2 - channel : channel));
  }
  return rounded(p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16, static_cast<float>(byte) / 255.0f);
}

void frame_matches(const yolo4j_pixels_in& p) {
  std::vector<uint8_t> pixels = picture(p.row_bytes * p.height);
  int64_t plane = p.frame_width * p.frame_height;
  Buffer y(p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16, 3 * plane);
  CHECK_EQUAL(yolo4j_pixels_in_run(&p, pixels.data(), y.data()), YOLO4J_OK);
  CHECK(y.guards_intact());
  int64_t wrong = 0;
  for (int64_t c = 0; c < 3; c++) {
    for (int64_t at = 0; at < plane; at++) {
      int64_t index = p.layout == YOLO4J_LAYOUT_NCHW ? c * plane + at : 3 * at + c;
      float expected = expected_at(p, c, at / p.frame_width, at % p.frame_width);
      wrong += y.get(index) == expected ? 0 : 1;
    }
  }
  CHECK_EQUAL(wrong, 0);
}

void frames_match() {
  for (int32_t dtype : {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16}) {
    for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
      for (int32_t reverse : {0, 1}) {
        yolo4j_pixels_in p = valid();
        p.dtype = dtype;
        p.layout = layout;
        p.reverse = reverse;
        frame_matches(p);
        p.left = p.frame_width - p.width;
        p.top = p.frame_height - p.height;
        frame_matches(p);
        p.frame_width = p.width;
        p.frame_height = p.height;
        p.left = p.top = 0;
        frame_matches(p);
        p.width = p.frame_width = 320;
        p.height = p.frame_height = 211;
        p.row_bytes = 3 * p.width;
        p.threads = 3;
        frame_matches(p);
      }
    }
  }
}

void refused(const yolo4j_pixels_in& p, int32_t status, const char* text) {
  Buffer y(kF32, 3 * 48 * 14);
  Buffer untouched = y;
  std::vector<uint8_t> pixels = picture(4096);
  CHECK_EQUAL(yolo4j_pixels_in_run(&p, pixels.data(), y.data()), status);
  CHECK_CONTAINS(yolo4j_last_error(), text);
  CHECK(y.bytes() == untouched.bytes());
}

void wrong_parameters_are_named() {
  yolo4j_pixels_in p = valid();
  p.struct_size = 8;
  refused(p, YOLO4J_INVALID_ARGUMENT, "struct_size must be from");
  p = valid();
  p.dtype = YOLO4J_DTYPE_I8;
  refused(p, YOLO4J_UNSUPPORTED, "dtype must be f32 or bf16, got i8 (6)");
  p = valid();
  p.layout = 3;
  refused(p, YOLO4J_INVALID_ARGUMENT, "layout must be 1 (NCHW) or 2 (NHWC), got 3");
  p = valid();
  p.reverse = 2;
  refused(p, YOLO4J_INVALID_ARGUMENT, "reverse must be 0 or 1, got 2");
  p = valid();
  p.fill = 256;
  refused(p, YOLO4J_INVALID_ARGUMENT, "fill must be from 0 to 255, got 256");
  p = valid();
  p.threads = 0;
  refused(p, YOLO4J_INVALID_ARGUMENT, "threads must be at least 1, got 0");
  p = valid();
  p.width = 0;
  refused(p, YOLO4J_INVALID_ARGUMENT, "must be from 1 to 16777216, got 0, 9, 48, 14");
  p = valid();
  p.row_bytes = 3 * 37 - 1;
  refused(p, YOLO4J_INVALID_ARGUMENT, "row_bytes must be at least 3 * width");
  p.row_bytes = INT64_MAX;
  refused(p, YOLO4J_INVALID_ARGUMENT, "row_bytes must be at least 3 * width");
  p = valid();
  p.left = 12;
  refused(p, YOLO4J_INVALID_ARGUMENT,
          "the picture must lie within the frame, got 37x9 at (12, 3) in 48x14");
  p = valid();
  p.top = -1;
  refused(p, YOLO4J_INVALID_ARGUMENT, "within the frame, got 37x9 at (4, -1) in 48x14");
  p = valid();
  p.height = 15;
  refused(p, YOLO4J_INVALID_ARGUMENT, "within the frame");
}

void wrong_buffers_are_named() {
  yolo4j_pixels_in p = valid();
  Buffer y(kF32, 3 * 48 * 14);
  std::vector<uint8_t> pixels = picture(4096);
  CHECK_EQUAL(yolo4j_pixels_in_run(&p, nullptr, y.data()), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "pixels and y must not be null");
  CHECK_EQUAL(yolo4j_pixels_in_run(&p, pixels.data(), nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_pixels_in_run(&p, pixels.data(), static_cast<char*>(y.data()) + 2),
              YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "y must be aligned to 4 bytes, got ");
  CHECK_EQUAL(yolo4j_pixels_in_run(nullptr, pixels.data(), y.data()), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "the structure must not be null");
}

/// The public function runs under the wish, or refuses where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  int32_t wish = yolo4j_dispatch_isa(&isa);
  if (wish == YOLO4J_OK) {
    frames_match();
  } else {
    refused(valid(), wish, "YOLO4J_ISA=");
  }
  return check::result();
}

}  // namespace

int main(int arguments, char**) {
  if (arguments > 1) {
    return dispatched();
  }
  wrong_parameters_are_named();
  wrong_buffers_are_named();
  frames_match();
  test_isas::for_each_isa("pixels_in", family(),
                          [](int32_t, const char* name, const Kernels* kernels) {
                            for (int32_t element : {kF32, kBf16}) {
                              for (int64_t count : {1, 2, 5, 7, 15, 16, 17, 31, 32, 35, 86, 640}) {
                                rows_match(name, kernels, element, count);
                              }
                            }
                          });
  return check::result();
}
