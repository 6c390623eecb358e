// The public function: checks, then the frame row by row.
#include "pixels_in/pixels_in.h"

#include <cstdint>

#include "runtime/arguments.h"
#include "runtime/params.h"
#include "runtime/team.h"
#include "simd/element.h"
#include "yolo4j.h"

namespace yolo4j::pixels_in {
namespace {

/// Below so many pixels of the frame a thread isn't worth waking.
constexpr int64_t kPixelsForAThread = 16384;
constexpr int64_t kLongestSide = INT64_C(1) << 24;

using Params = yolo4j_pixels_in;

long long number(int64_t v) { return static_cast<long long>(v); }

int32_t check_codes(const char* operation, const Params& p) {
  int32_t status = check_float_type(operation, p.dtype);
  status = status == YOLO4J_OK ? check_layout(operation, p.layout) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (p.reverse != 0 && p.reverse != 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: reverse must be 0 or 1, got %d", operation,
                p.reverse);
  }
  if (p.fill < 0 || p.fill > 255) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: fill must be from 0 to 255, got %d", operation,
                p.fill);
  }
  return check_threads(operation, p.threads);
}

bool is_side(int64_t side) { return side > 0 && side <= kLongestSide; }

int32_t check_sizes(const char* operation, const Params& p) {
  if (!is_side(p.width) || !is_side(p.height) || !is_side(p.frame_width) ||
      !is_side(p.frame_height)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: width, height, frame_width and frame_height must be from 1 to %lld, got %lld, "
                "%lld, %lld, %lld",
                operation, number(kLongestSide), number(p.width), number(p.height),
                number(p.frame_width), number(p.frame_height));
  }
  if (p.row_bytes < kChannels * p.width || p.row_bytes > INT64_MAX / p.height) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: row_bytes must be at least 3 * width and all rows below 2^63, got %lld for "
                "width %lld, height %lld",
                operation, number(p.row_bytes), number(p.width), number(p.height));
  }
  if (p.left < 0 || p.left > p.frame_width - p.width || p.top < 0 ||
      p.top > p.frame_height - p.height) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: the picture must lie within the frame, got %lldx%lld at (%lld, %lld) in "
                "%lldx%lld",
                operation, number(p.width), number(p.height), number(p.left), number(p.top),
                number(p.frame_width), number(p.frame_height));
  }
  return YOLO4J_OK;
}

template <typename Element>
struct Frame {
  const Kernels* kernels;
  const Params* p;
  const uint8_t* pixels;
  Element* y;
  Element fill;

  void put_fill(Element* from, int64_t count) const {
    for (int64_t i = 0; i < count; i++) {
      from[i] = fill;
    }
  }

  void row(int64_t j) const {
    int64_t from = j - p->top;
    bool inside = from >= 0 && from < p->height;
    Row source{pixels + (inside ? from * p->row_bytes : 0), inside ? p->width : 0};
    if (p->layout == YOLO4J_LAYOUT_NHWC) {
      interleaved(source, y + j * p->frame_width * kChannels);
    } else {
      planes(source, y + j * p->frame_width);
    }
  }

 private:
  static constexpr int32_t kElement = sizeof(Element) == 4 ? kF32 : kBf16;

  void interleaved(const Row& source, Element* out) const {
    int64_t before = source.count > 0 ? p->left * kChannels : 0;
    int64_t end = before + source.count * kChannels;
    put_fill(out, before);
    if (source.count > 0) {
      kernels->interleaved[kElement](source, p->reverse != 0, out + before);
    }
    put_fill(out + end, p->frame_width * kChannels - end);
  }

  void planes(const Row& source, Element* out) const {
    int64_t before = source.count > 0 ? p->left : 0;
    int64_t end = before + source.count;
    void* to[kChannels];
    for (int64_t c = 0; c < kChannels; c++) {
      Element* plane = out + c * p->frame_height * p->frame_width;
      put_fill(plane, before);
      put_fill(plane + end, p->frame_width - end);
      to[p->reverse != 0 ? kChannels - 1 - c : c] = plane + before;
    }
    if (source.count > 0) {
      kernels->planes[kElement](source, to);
    }
  }
};

template <typename Element>
void run(const Kernels* kernels, const Params& p, const uint8_t* pixels, void* y) {
  Frame<Element> frame{kernels, &p, pixels, static_cast<Element*>(y), Element{}};
  put(&frame.fill, static_cast<float>(p.fill) / 255.0f);
  int32_t threads = useful_threads(p.threads, p.frame_width * p.frame_height, kPixelsForAThread);
  in_team(threads, [&](const Team& team) {
    for (int64_t j = team.begin(p.frame_height); j < team.end(p.frame_height); j++) {
      frame.row(j);
    }
  });
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::pixels_in

int32_t yolo4j_pixels_in_run(const yolo4j_pixels_in* frame, const uint8_t* pixels, void* y) {
  using namespace yolo4j::pixels_in;
  const char* operation = "yolo4j_pixels_in_run";
  yolo4j_pixels_in p;
  int32_t status = yolo4j::read_params(operation, frame, sizeof(yolo4j_pixels_in), &p);
  status = status == YOLO4J_OK ? check_codes(operation, p) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (pixels == nullptr || y == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: pixels and y must not be null", operation);
  }
  status = yolo4j::check_aligned(operation, yolo4j_dtype_size(p.dtype), {{"y", y}});
  const Kernels* kernels = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  if (status == YOLO4J_OK) {
    if (p.dtype == YOLO4J_DTYPE_F32) {
      run<float>(kernels, p, pixels, y);
    } else {
      run<uint16_t>(kernels, p, pixels, y);
    }
  }
  return status;
}
