// Resizing: checks, places and weights, then row after row.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <new>

#include "pixels/pixels.h"
#include "runtime/status.h"
#include "yolo4j.h"

namespace yolo4j::pixels {
namespace {

constexpr int64_t kLongestSide = YOLO4J_MOST_RESIZED;
constexpr int64_t kLongestStride = INT32_MAX;

/// Where a target index looks.
struct Place {
  int64_t first;
  int64_t second;
  int32_t weight;  // of the second
};

/// Single precision and the scale inverted twice, as OpenCV rounds places.
class Places {
 public:
  Places(int64_t source, int64_t target)
      : scale_(1 / (static_cast<double>(target) / static_cast<double>(source))),
        last_(source - 1) {}

  Place of(int64_t index) const {
    float position = static_cast<float>((static_cast<double>(index) + 0.5) * scale_ - 0.5);
    float floor = std::floor(position);
    int64_t first = static_cast<int64_t>(floor);
    return Place{std::clamp<int64_t>(first, 0, last_), std::clamp<int64_t>(first + 1, 0, last_),
                 static_cast<int32_t>(std::lrintf((position - floor) * (1 << kResizeBits)))};
  }

 private:
  double scale_;
  int64_t last_;
};

/// What a run needs besides the pictures.
struct Tables {
  Tables(int64_t source_width, int64_t width)
      : left(new (std::nothrow) int32_t[static_cast<std::size_t>(width)]),
        weight(new (std::nothrow) int32_t[static_cast<std::size_t>(width)]),
        blended(new (std::nothrow) int16_t[static_cast<std::size_t>(2 * width * kBlended)]) {
    if (!left || !weight || !blended) {
      return;
    }
    columns = ResizeColumns{left.get(), weight.get(), static_cast<int32_t>(width), 0};
    Places places(source_width, width);
    for (int64_t i = 0; i < width; i++) {
      Place place = places.of(i);
      left[static_cast<std::size_t>(i)] = static_cast<int32_t>(place.first * kChannels);
      // At an end both are one pixel, whose weights add up to all.
      weight[static_cast<std::size_t>(i)] = place.first == place.second ? 0 : place.weight;
      columns.safe += place.first * kChannels + 8 <= source_width * kChannels ? 1 : 0;
    }
  }

  std::unique_ptr<int32_t[]> left;
  std::unique_ptr<int32_t[]> weight;
  std::unique_ptr<int16_t[]> blended;
  ResizeColumns columns = {};
};

/// Two rows whose columns are blended, those that were asked for last.
class BlendedRows {
 public:
  BlendedRows(const Kernels& kernels, const Tables& tables, const uint8_t* source, int64_t stride)
      : kernels_(kernels), tables_(tables), source_(source), stride_(stride) {}

  /// A row, without giving up the other one.
  const int16_t* row(int64_t wanted, int64_t other) {
    int slot = held_[0] == wanted ? 0 : held_[1] == wanted ? 1 : held_[0] == other ? 1 : 0;
    int16_t* blended =
        tables_.blended.get() + static_cast<int64_t>(slot) * tables_.columns.count * kBlended;
    if (held_[slot] != wanted) {
      kernels_.resize_columns(source_ + wanted * stride_, tables_.columns, blended);
      held_[slot] = wanted;
    }
    return blended;
  }

 private:
  const Kernels& kernels_;
  const Tables& tables_;
  const uint8_t* source_;
  int64_t stride_;
  int64_t held_[2] = {-1, -1};
};

struct Resizing {
  uint8_t* target;
  int64_t stride;
  int64_t width;
  int64_t height;
  int64_t source_width;
  int64_t source_height;
  const uint8_t* source;

  uint8_t* row(int64_t y) const { return target + y * stride; }
  const uint8_t* source_row(int64_t y) const { return source + y * source_width * kChannels; }
};

int32_t run(const Kernels& kernels, const Resizing& r) {
  if (r.source_width == r.width && r.source_height == r.height) {
    for (int64_t y = 0; y < r.height; y++) {
      std::copy(r.source_row(y), r.source_row(y) + r.width * kChannels, r.row(y));
    }
    return YOLO4J_OK;
  }
  if (r.source_width == 2 * r.width && r.source_height == 2 * r.height) {
    for (int64_t y = 0; y < r.height; y++) {
      kernels.halve(r.source_row(2 * y), r.source_row(2 * y + 1), static_cast<int32_t>(r.width),
                    r.row(y));
    }
    return YOLO4J_OK;
  }
  Tables tables(r.source_width, r.width);
  if (tables.columns.count == 0) {
    return fail(YOLO4J_OUT_OF_MEMORY, "yolo4j_resize_u8: a row of %lld pixels",
                static_cast<long long>(r.width));
  }
  BlendedRows rows(kernels, tables, r.source, r.source_width * kChannels);
  Places places(r.source_height, r.height);
  for (int64_t y = 0; y < r.height; y++) {
    Place place = places.of(y);
    const int16_t* upper = rows.row(place.first, place.second);
    const int16_t* lower = rows.row(place.second, place.first);
    kernels.resize_rows(upper, lower, place.weight, static_cast<int32_t>(r.width), r.row(y));
  }
  return YOLO4J_OK;
}

bool is_side(int64_t side) { return side >= 1 && side <= kLongestSide; }

}  // namespace
}  // namespace yolo4j::pixels

int32_t yolo4j_resize_u8(uint8_t* target, int64_t stride, int64_t target_width,
                         int64_t target_height, int64_t source_width, int64_t source_height,
                         const uint8_t* source) {
  using namespace yolo4j::pixels;
  const char* operation = "yolo4j_resize_u8";
  if (target == nullptr || source == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: target and source must not be null",
                        operation);
  }
  if (!is_side(target_width) || !is_side(target_height) || !is_side(source_width) ||
      !is_side(source_height) || source_width * source_height > INT32_MAX / kChannels ||
      stride < target_width * kChannels || stride > kLongestStride) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT,
                        "%s: sides must be from 1 to %lld, the source below 2^31 bytes and the "
                        "target's rows within its stride, got %lldx%lld to %lldx%lld, stride %lld",
                        operation, static_cast<long long>(kLongestSide),
                        static_cast<long long>(source_width), static_cast<long long>(source_height),
                        static_cast<long long>(target_width), static_cast<long long>(target_height),
                        static_cast<long long>(stride));
  }
  const Kernels* kernels = nullptr;
  int32_t status = family().dispatch(&kernels);
  return status == YOLO4J_OK ? run(*kernels, Resizing{target, stride, target_width, target_height,
                                                      source_width, source_height, source})
                             : status;
}
