// The public functions: checks, then row after row.
#include "pixels/pixels.h"

#include <cmath>
#include <cstdint>

#include "runtime/status.h"
#include "yolo4j.h"

namespace yolo4j::pixels {
namespace {

/// Coordinates have 16 bits before the point, a sign among them.
constexpr double kFarthest = 1 << 14;
constexpr int64_t kLongestSide = 1 << 14;

int32_t check_picture(const char* operation, const char* name, const void* pixels, int64_t width,
                      int64_t height) {
  if (pixels == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: the %s must not be null", operation, name);
  }
  if (width < 1 || width > kLongestSide || height < 1 || height > kLongestSide) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: the %s's sides must be from 1 to %lld, got %lldx%lld",
                operation, name, static_cast<long long>(kLongestSide),
                static_cast<long long>(width), static_cast<long long>(height));
  }
  return YOLO4J_OK;
}

/// Whether what the target's corners see lies near enough; everything else then does too.
bool sees_near(const double* m, int64_t width, int64_t height) {
  for (int corner = 0; corner < 4; corner++) {
    double x = corner % 2 == 0 ? 0 : static_cast<double>(width - 1);
    double y = corner < 2 ? 0 : static_cast<double>(height - 1);
    // So that NaN fails.
    if (!(std::fabs(m[0] * x + m[1] * y + m[2]) < kFarthest) ||
        !(std::fabs(m[3] * x + m[4] * y + m[5]) < kFarthest)) {
      return false;
    }
  }
  return true;
}

/// The low 32 bits of a place; partial sums may need more, which the whole sum doesn't.
int32_t place(double pixels) {
  return static_cast<int32_t>(
      static_cast<uint32_t>(std::llrint(pixels * (1 << kPlaceBits)) & 0xffffffff));
}

/// A row of a turned result crosses rows of the source, each on a page of its own; so few columns
/// cross no more than the first-level TLB has room for.
constexpr int32_t kTurnedColumns = 64;

/// Half a weight's unit: weights are rounded.
constexpr double kHalf = 0.5 / (1 << kWeightBits);

int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }

/// A result and a block of it.
struct Block {
  uint8_t* target;
  int64_t stride;
  int32_t left;
  int32_t top;
  int32_t columns;
  int32_t rows;

  uint8_t* row(int32_t y) const {
    return target + (top + y) * stride + static_cast<int64_t>(left) * kChannels;
  }
};

void warp_turned(const Kernels& kernels, const Source& source, const double* m,
                 const Block& block) {
  int32_t dx[kBlock];
  int32_t dy[kBlock];
  for (int32_t i = 0; i < block.columns; i++) {
    dx[i] = place(m[0] * (block.left + i));
    dy[i] = place(m[3] * (block.left + i));
  }
  for (int32_t j = 0; j < block.rows; j++) {
    double y = block.top + j;
    Row row{dx, dy, place(m[1] * y + m[2] + kHalf), place(m[4] * y + m[5] + kHalf), block.columns};
    kernels.warp_row(source, row, block.row(j));
  }
}

/// Returns false where the block looks at more columns than its kernel has room for.
bool warp_upright(const Kernels& kernels, const Source& source, const double* m,
                  const Block& block) {
  int32_t x[kBlock];
  int32_t y[kBlock];
  int32_t shift = place(m[2] + kHalf);
  for (int32_t i = 0; i < block.columns; i++) {
    x[i] = static_cast<int32_t>(static_cast<uint32_t>(place(m[0] * (block.left + i))) +
                                static_cast<uint32_t>(shift));
  }
  for (int32_t j = 0; j < block.rows; j++) {
    y[j] = place(m[4] * (block.top + j) + m[5] + kHalf);
  }
  int32_t one_end = x[0] >> kPlaceBits;
  int32_t other_end = x[block.columns - 1] >> kPlaceBits;
  int32_t first = smaller(one_end, other_end);
  // The last one and its right neighbour.
  int32_t span = one_end + other_end - 2 * first + 2;
  if (span > kLongestSpan) {
    return false;
  }
  kernels.warp_upright(source, {x, block.columns, y, block.rows, first, span, block.stride},
                       block.row(0));
  return true;
}

void warp(const Kernels& kernels, const Source& source, const double* m, uint8_t* target,
          int32_t width, int32_t height) {
  bool upright = m[1] == 0 && m[3] == 0;
  int32_t most_columns = upright ? kBlock : kTurnedColumns;
  int64_t stride = static_cast<int64_t>(width) * kChannels;
  for (int32_t top = 0; top < height; top += kBlock) {
    for (int32_t left = 0; left < width; left += most_columns) {
      Block block{target,
                  stride,
                  left,
                  top,
                  smaller(width - left, most_columns),
                  smaller(height - top, kBlock)};
      if (!upright || !warp_upright(kernels, source, m, block)) {
        warp_turned(kernels, source, m, block);
      }
    }
  }
}

bool is_gain(double gain) { return gain >= 0 && gain <= 2; }

uint32_t gain_bits(double gain) {
  // Upwards, so that whole products of decimal fractions aren't cut off below themselves.
  return static_cast<uint32_t>(std::ceil(gain * (1 << kGainBits)));
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = KernelFamily<Kernels>(&kScalar)
#if defined(YOLO4J_X86)
                                                        .with(YOLO4J_ISA_AVX2, &kAvx2)
#endif
      ;
  return versions;
}

}  // namespace yolo4j::pixels

using yolo4j::fail;
using yolo4j::pixels::Kernels;

int32_t yolo4j_warp_affine_u8(const uint8_t* source, int64_t source_width, int64_t source_height,
                              const double* matrix, uint8_t* target, int64_t target_width,
                              int64_t target_height, int32_t fill) {
  const char* operation = "yolo4j_warp_affine_u8";
  int32_t status =
      yolo4j::pixels::check_picture(operation, "source", source, source_width, source_height);
  if (status == YOLO4J_OK) {
    status =
        yolo4j::pixels::check_picture(operation, "target", target, target_width, target_height);
  }
  if (status != YOLO4J_OK) {
    return status;
  }
  if (matrix == nullptr || !yolo4j::pixels::sees_near(matrix, target_width, target_height)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: the matrix must map the target's corners to places within 16384 pixels",
                operation);
  }
  if (fill < 0 || fill > 255) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: fill must be from 0 to 255, got %d", operation, fill);
  }
  const Kernels* kernels = nullptr;
  status = yolo4j::pixels::family().dispatch(&kernels);
  if (status == YOLO4J_OK) {
    yolo4j::pixels::Source from{source, static_cast<int32_t>(source_width),
                                static_cast<int32_t>(source_height), static_cast<uint8_t>(fill)};
    yolo4j::pixels::warp(*kernels, from, matrix, target, static_cast<int32_t>(target_width),
                         static_cast<int32_t>(target_height));
  }
  return status;
}

int32_t yolo4j_adjust_hsv_u8(uint8_t* pixels, int64_t count, double hue, double saturation,
                             double value) {
  const char* operation = "yolo4j_adjust_hsv_u8";
  if (pixels == nullptr || count < 0) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: pixels must not be null and their count not negative, got %lld", operation,
                static_cast<long long>(count));
  }
  if (!yolo4j::pixels::is_gain(hue) || !yolo4j::pixels::is_gain(saturation) ||
      !yolo4j::pixels::is_gain(value)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: the gains of hue, saturation and value must be from 0 to 2, got %g, %g and %g",
                operation, hue, saturation, value);
  }
  const Kernels* kernels = nullptr;
  int32_t status = yolo4j::pixels::family().dispatch(&kernels);
  if (status == YOLO4J_OK) {
    yolo4j::pixels::Gains gains{yolo4j::pixels::gain_bits(hue),
                                yolo4j::pixels::gain_bits(saturation),
                                yolo4j::pixels::gain_bits(value)};
    kernels->adjust_hsv(pixels, count, gains);
  }
  return status;
}
