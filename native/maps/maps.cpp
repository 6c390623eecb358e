// The public functions: checks, then rows or pixels are shared among the threads.
#include "maps/maps.h"

#include <cmath>
#include <cstdint>
#include <initializer_list>

#include "runtime/arguments.h"
#include "runtime/params.h"
#include "runtime/team.h"
#include "yolo4j.h"

namespace yolo4j::maps {
namespace {

/// Below so many elements a thread isn't worth waking.
constexpr int64_t kElementsForAThread = 16384;
/// So that no product of sizes overflows.
constexpr int64_t kMostSide = INT64_C(1) << 20;
constexpr int64_t kMostPixels = INT64_C(1) << 31;

int64_t element_size(int32_t element) { return element == kF32 ? 4 : element == kBf16 ? 2 : 1; }

int32_t element_of(int32_t dtype) {
  return dtype == YOLO4J_DTYPE_F32 ? kF32 : dtype == YOLO4J_DTYPE_BF16 ? kBf16 : kU8;
}

/// Float types, and bytes.
int32_t check_type(const char* operation, int32_t dtype) {
  if (dtype == YOLO4J_DTYPE_U8 || dtype == YOLO4J_DTYPE_F32 || dtype == YOLO4J_DTYPE_BF16) {
    return YOLO4J_OK;
  }
  const char* name = yolo4j_dtype_name(dtype);
  return fail(YOLO4J_UNSUPPORTED, "%s: dtype must be f32, bf16 or u8, got %s (%d)", operation,
              name == nullptr ? "none" : name, dtype);
}

bool in_range(int64_t v, int64_t most) { return v >= 1 && v <= most; }

int32_t check(const char* operation, const yolo4j_max_pool& p) {
  int32_t status = check_type(operation, p.dtype);
  status = status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (!in_range(p.images, kMostSide) || !in_range(p.height, kMostSide) ||
      !in_range(p.width, kMostSide) || !in_range(p.channels, kMostSide)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: sizes must be from 1 to %lld, got images %lld, height %lld, width %lld, "
                "channels %lld",
                operation, static_cast<long long>(kMostSide), static_cast<long long>(p.images),
                static_cast<long long>(p.height), static_cast<long long>(p.width),
                static_cast<long long>(p.channels));
  }
  if (!in_range(p.kernel, kMostColumns) || p.stride < 1 || p.stride > kMostColumns || p.pad < 0 ||
      p.pad > p.kernel / 2) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: kernel and stride must be from 1 to %lld and pad from 0 to kernel / 2, got "
                "kernel %d, stride %d, pad %d",
                operation, static_cast<long long>(kMostColumns), p.kernel, p.stride, p.pad);
  }
  if (p.height + 2 * p.pad < p.kernel || p.width + 2 * p.pad < p.kernel) {
    return fail(
        YOLO4J_INVALID_ARGUMENT,
        "%s: the window must fit into the padded map, got kernel %d, pad %d for %lld x %lld",
        operation, p.kernel, p.pad, static_cast<long long>(p.height),
        static_cast<long long>(p.width));
  }
  if (p.x_pixel_stride < p.channels || p.y_pixel_stride < p.channels ||
      p.x_pixel_stride > kMostSide || p.y_pixel_stride > kMostSide ||
      p.images * p.height * p.width > kMostPixels) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: pixel strides must be from %lld channels to %lld, got %lld and %lld, for a "
                "map of at most 2^31 pixels",
                operation, static_cast<long long>(p.channels), static_cast<long long>(kMostSide),
                static_cast<long long>(p.x_pixel_stride), static_cast<long long>(p.y_pixel_stride));
  }
  return YOLO4J_OK;
}

/// Maps whose pixels are taken one by one, and how far those stand apart.
int32_t check_pixels(const char* operation, int64_t pixels, int64_t channels,
                     std::initializer_list<int64_t> strides) {
  if (!in_range(pixels, kMostPixels) || !in_range(channels, kMostSide)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: pixels must be from 1 to 2^31 and channels to 2^20, got %lld and %lld",
                operation, static_cast<long long>(pixels), static_cast<long long>(channels));
  }
  for (int64_t stride : strides) {
    if (stride < channels || stride > kMostSide) {
      return fail(YOLO4J_INVALID_ARGUMENT,
                  "%s: pixel strides must be from %lld channels to %lld, got %lld", operation,
                  static_cast<long long>(channels), static_cast<long long>(kMostSide),
                  static_cast<long long>(stride));
    }
  }
  return YOLO4J_OK;
}

int32_t check(const char* operation, const yolo4j_sum& p) {
  int32_t status = check_float_type(operation, p.dtype);
  status = status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
  return status == YOLO4J_OK ? check_pixels(operation, p.pixels, p.channels,
                                            {p.a_pixel_stride, p.b_pixel_stride, p.y_pixel_stride})
                             : status;
}

int32_t check_scale(const char* operation, int32_t dtype, float scale, int32_t zero_point) {
  if (dtype == YOLO4J_DTYPE_U8 &&
      (!(scale > 0) || !std::isfinite(scale) || zero_point < 0 || zero_point > 255)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: bytes need a finite scale above 0 and a zero point from 0 to 255, got %g and "
                "%d",
                operation, static_cast<double>(scale), zero_point);
  }
  return YOLO4J_OK;
}

int32_t check(const char* operation, const yolo4j_requantize& p) {
  int32_t status = check_type(operation, p.x_dtype);
  status = status == YOLO4J_OK ? check_type(operation, p.y_dtype) : status;
  status = status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
  status = status == YOLO4J_OK
               ? check_pixels(operation, p.pixels, p.channels, {p.x_pixel_stride, p.y_pixel_stride})
               : status;
  status =
      status == YOLO4J_OK ? check_scale(operation, p.x_dtype, p.x_scale, p.x_zero_point) : status;
  return status == YOLO4J_OK ? check_scale(operation, p.y_dtype, p.y_scale, p.y_zero_point)
                             : status;
}

/// Reads and checks a structure and finds the kernels.
template <typename Params, typename Checked>
int32_t read(const char* operation, const Params* given, Checked* checked) {
  int32_t status = read_params(operation, given, sizeof(Params), &checked->given);
  status = status == YOLO4J_OK ? check(operation, checked->given) : status;
  return status == YOLO4J_OK ? family().dispatch(&checked->kernels) : status;
}

PoolRow row_of(const Pool& p, const void* x, void* y, int64_t index) {
  const yolo4j_max_pool& g = p.given;
  const int64_t size = element_size(p.element);
  const int64_t image = index / p.y_height;
  const int64_t top = index % p.y_height * g.stride - g.pad;
  const int64_t first = top < 0 ? 0 : top;
  const int64_t end = top + g.kernel < g.height ? top + g.kernel : g.height;
  const int64_t x_row = g.width * g.x_pixel_stride;
  return PoolRow{static_cast<const char*>(x) + (image * g.height + first) * x_row * size,
                 static_cast<char*>(y) + index * p.y_width * g.y_pixel_stride * size,
                 end - first,
                 g.channels,
                 g.width,
                 p.y_width,
                 g.kernel,
                 g.stride,
                 g.pad,
                 x_row,
                 g.x_pixel_stride,
                 g.y_pixel_stride};
}

}  // namespace

void pool(const Pool& p, const void* x, void* y) {
  const int64_t rows = p.given.images * p.y_height;
  const int32_t threads =
      useful_threads(p.given.threads, rows * p.y_width * p.given.channels, kElementsForAThread);
  in_team(threads, [&](const Team& team) {
    for (int64_t row = team.begin(rows); row < team.end(rows); row++) {
      p.kernels->pool_row[p.element](row_of(p, x, y, row));
    }
  });
}

void sum(const Sum& s, const void* a, const void* b, void* y) {
  const yolo4j_sum& g = s.given;
  const int64_t size = element_size(s.element);
  const int32_t threads = useful_threads(g.threads, g.pixels * g.channels, kElementsForAThread);
  const bool dense = g.a_pixel_stride == g.channels && g.b_pixel_stride == g.channels &&
                     g.y_pixel_stride == g.channels;
  in_team(threads, [&](const Team& team) {
    const int64_t begin = team.begin(g.pixels);
    const int64_t count = team.end(g.pixels) - begin;
    SumRun run{static_cast<const char*>(a) + begin * g.a_pixel_stride * size,
               static_cast<const char*>(b) + begin * g.b_pixel_stride * size,
               static_cast<char*>(y) + begin * g.y_pixel_stride * size,
               dense ? 1 : count,
               dense ? count * g.channels : g.channels,
               g.a_pixel_stride,
               g.b_pixel_stride,
               g.y_pixel_stride};
    s.kernels->sum[s.element](run);
  });
}

void requantize(const Requantize& r, const void* x, void* y) {
  const yolo4j_requantize& g = r.given;
  const int32_t threads = useful_threads(g.threads, g.pixels * g.channels, kElementsForAThread);
  const bool dense = g.x_pixel_stride == g.channels && g.y_pixel_stride == g.channels;
  in_team(threads, [&](const Team& team) {
    const int64_t begin = team.begin(g.pixels);
    const int64_t count = team.end(g.pixels) - begin;
    ConvertRun run{static_cast<const char*>(x) + begin * g.x_pixel_stride * element_size(r.from),
                   static_cast<char*>(y) + begin * g.y_pixel_stride * element_size(r.to),
                   dense ? 1 : count,
                   dense ? count * g.channels : g.channels,
                   g.x_pixel_stride,
                   g.y_pixel_stride,
                   {g.x_scale, static_cast<float>(g.x_zero_point)},
                   {g.y_scale, static_cast<float>(g.y_zero_point)}};
    r.kernels->convert[r.from][r.to](run);
  });
}

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::maps

int32_t yolo4j_max_pool_run(const yolo4j_max_pool* pool, const void* x, void* y) {
  const char* operation = "yolo4j_max_pool_run";
  yolo4j::maps::Pool checked{};
  int32_t status = yolo4j::maps::read(operation, pool, &checked);
  checked.element = yolo4j::maps::element_of(checked.given.dtype);
  status = status == YOLO4J_OK ? yolo4j::check_not_null(operation, {{"x", x}, {"y", y}}) : status;
  status = status == YOLO4J_OK
               ? yolo4j::check_aligned(operation, yolo4j::maps::element_size(checked.element),
                                       {{"x", x}, {"y", y}})
               : status;
  if (status == YOLO4J_OK) {
    const yolo4j_max_pool& g = checked.given;
    checked.y_height = (g.height + 2 * g.pad - g.kernel) / g.stride + 1;
    checked.y_width = (g.width + 2 * g.pad - g.kernel) / g.stride + 1;
    yolo4j::maps::pool(checked, x, y);
  }
  return status;
}

int32_t yolo4j_sum_run(const yolo4j_sum* sum, const void* a, const void* b, void* y) {
  const char* operation = "yolo4j_sum_run";
  yolo4j::maps::Sum checked{};
  int32_t status = yolo4j::maps::read(operation, sum, &checked);
  checked.element = yolo4j::maps::element_of(checked.given.dtype);
  status = status == YOLO4J_OK ? yolo4j::check_not_null(operation, {{"a", a}, {"b", b}, {"y", y}})
                               : status;
  status = status == YOLO4J_OK
               ? yolo4j::check_aligned(operation, yolo4j::maps::element_size(checked.element),
                                       {{"a", a}, {"b", b}, {"y", y}})
               : status;
  if (status == YOLO4J_OK) {
    yolo4j::maps::sum(checked, a, b, y);
  }
  return status;
}

int32_t yolo4j_requantize_run(const yolo4j_requantize* map, const void* x, void* y) {
  const char* operation = "yolo4j_requantize_run";
  yolo4j::maps::Requantize checked{};
  int32_t status = yolo4j::maps::read(operation, map, &checked);
  checked.from = yolo4j::maps::element_of(checked.given.x_dtype);
  checked.to = yolo4j::maps::element_of(checked.given.y_dtype);
  status = status == YOLO4J_OK ? yolo4j::check_not_null(operation, {{"x", x}, {"y", y}}) : status;
  status =
      status == YOLO4J_OK
          ? yolo4j::check_aligned(operation, yolo4j::maps::element_size(checked.from), {{"x", x}})
          : status;
  status = status == YOLO4J_OK ? yolo4j::check_aligned(
                                     operation, yolo4j::maps::element_size(checked.to), {{"y", y}})
                               : status;
  if (status == YOLO4J_OK) {
    yolo4j::maps::requantize(checked, x, y);
  }
  return status;
}
