// Pixels to a network's input on the device: checks and the launch.
#include "cuda/arguments.h"
#include "cuda/driver.h"
#include "cuda/shapes.h"
#include "runtime/params.h"

namespace yolo4j::cuda {
namespace {

int32_t check_places(const char* operation, const yolo4j_pixels_in& p) {
  if (p.left < 0 || p.top < 0 || p.left > p.frame_width - p.width ||
      p.top > p.frame_height - p.height) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: the picture must lie within the frame, got %lld x %lld at %lld, %lld in "
                "%lld x %lld",
                operation, static_cast<long long>(p.width), static_cast<long long>(p.height),
                static_cast<long long>(p.left), static_cast<long long>(p.top),
                static_cast<long long>(p.frame_width), static_cast<long long>(p.frame_height));
  }
  if (p.row_bytes < 3 * p.width || p.row_bytes > kMostElements / p.height) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: row_bytes must be at least 3 times the width, %lld, and all rows up to 2^48 "
                "bytes, got %lld",
                operation, static_cast<long long>(3 * p.width),
                static_cast<long long>(p.row_bytes));
  }
  if (p.fill < 0 || p.fill > 255 || (p.reverse != 0 && p.reverse != 1)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: fill must be from 0 to 255 and reverse 0 or 1, got %d and %d", operation,
                p.fill, p.reverse);
  }
  return YOLO4J_OK;
}

int32_t read_frame(const char* operation, const yolo4j_pixels_in* given, yolo4j_pixels_in* p) {
  int32_t status = check_built(operation);
  status = status == YOLO4J_OK ? read_params(operation, given, sizeof *p, p) : status;
  status = status == YOLO4J_OK ? check_float_type(operation, p->dtype) : status;
  status = status == YOLO4J_OK ? check_layout(operation, p->layout) : status;
  status = status == YOLO4J_OK
               ? check_product(operation, "width and height", {p->width, p->height}, kMostSide)
               : status;
  status = status == YOLO4J_OK ? check_product(operation, "frame_width and frame_height",
                                               {p->frame_width, p->frame_height}, kMostSide)
                               : status;
  return status == YOLO4J_OK ? check_places(operation, *p) : status;
}

PixelsShape shape_of(const yolo4j_pixels_in& p, const void* y) {
  PixelsShape s = {};
  s.reverse = p.reverse;
  s.fill = p.fill;
  s.width = static_cast<int32_t>(p.width);
  s.height = static_cast<int32_t>(p.height);
  s.frame_width = static_cast<int32_t>(p.frame_width);
  s.frame_height = static_cast<int32_t>(p.frame_height);
  s.left = static_cast<int32_t>(p.left);
  s.top = static_cast<int32_t>(p.top);
  s.channels_last = p.layout == YOLO4J_LAYOUT_NHWC ? 1 : 0;
  s.aligned = p.frame_width % 4 == 0 &&
              all_aligned(static_cast<std::uintptr_t>(4 * yolo4j_dtype_size(p.dtype)), {y});
  s.row_bytes = p.row_bytes;
  return s;
}

}  // namespace
}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;

int32_t yolo4j_cuda_pixels_in_run(const yolo4j_cuda_call* call, const yolo4j_pixels_in* frame,
                                  const uint8_t* pixels, void* y) {
  const char* operation = "yolo4j_cuda_pixels_in_run";
  yolo4j_pixels_in p;
  int32_t status = read_frame(operation, frame, &p);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"pixels", pixels}, {"y", y}}) : status;
  status = status == YOLO4J_OK ? check_aligned(operation, yolo4j_dtype_size(p.dtype), {{"y", y}})
                               : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  int64_t threads = ceil_div(p.frame_width, 4) * p.frame_height;
  return opened.run(of_type(Kernel::pixels_in_f32, p.dtype), ceil_div(threads, 256), 256, 0, pixels,
                    y, shape_of(p, y));
}
