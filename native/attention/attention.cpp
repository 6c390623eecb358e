// The public functions: checks, then heads and blocks of queries are shared among the threads.
#include "attention/attention.h"

#include <cmath>
#include <cstdint>

#include "runtime/arguments.h"
#include "runtime/params.h"
#include "runtime/team.h"
#include "yolo4j.h"

namespace yolo4j::attention {
namespace {

/// Below so many multiplications a thread isn't worth waking.
constexpr int64_t kProductsForAThread = INT64_C(1) << 19;
constexpr int32_t kMostThreads = 1024;
/// So that no product of sizes overflows.
constexpr int64_t kMostSide = INT64_C(1) << 20;
constexpr int64_t kMostPixels = INT64_C(1) << 31;

/// The widest register has so many floats.
constexpr int64_t kMostLanes = 16;

bool in_range(int64_t v, int64_t most) { return v >= 1 && v <= most; }

int32_t check_sizes(const char* operation, const yolo4j_attention& p) {
  if (!in_range(p.images, kMostSide) || !in_range(p.pixels, kMostSide) ||
      p.images * p.pixels > kMostPixels || !in_range(p.channels, kMostSide / 3)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: images and pixels must be from 1 to 2^20, below 2^31 together, and channels "
                "from 1 to %lld, got %lld, %lld and %lld",
                operation, static_cast<long long>(kMostSide / 3), static_cast<long long>(p.images),
                static_cast<long long>(p.pixels), static_cast<long long>(p.channels));
  }
  if (p.heads < 1 || p.channels % p.heads != 0) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: heads must be positive and divide the channels, got %d for %lld", operation,
                p.heads, static_cast<long long>(p.channels));
  }
  if (!in_range(p.x_pixel_stride, kMostSide) || p.x_pixel_stride < 3 * p.channels ||
      !in_range(p.y_pixel_stride, kMostSide) || p.y_pixel_stride < p.channels) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: pixel strides must be from %lld and %lld channels to %lld, got %lld and %lld",
                operation, static_cast<long long>(3 * p.channels),
                static_cast<long long>(p.channels), static_cast<long long>(kMostSide),
                static_cast<long long>(p.x_pixel_stride), static_cast<long long>(p.y_pixel_stride));
  }
  return YOLO4J_OK;
}

int32_t read(const char* operation, const yolo4j_attention* given, Attention* checked) {
  yolo4j_attention p;
  int32_t status = read_params(operation, given, sizeof(yolo4j_attention), &p);
  status = status == YOLO4J_OK ? check_float_type(operation, p.dtype) : status;
  status = status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  const Kernels* kernels = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  if (status == YOLO4J_OK) {
    *checked = Attention{kernels, p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16, p};
  }
  return status;
}

int64_t workspace_bytes(const Attention& a) {
  return threads(a) * thread_floats(a) * static_cast<int64_t>(sizeof(float));
}

int32_t check_buffers(const char* operation, const Attention& a,
                      const yolo4j_attention_buffers& b) {
  int32_t status = check_not_null(operation, {{"x", b.x}, {"y", b.y}});
  status = status == YOLO4J_OK
               ? check_aligned(operation, a.element_size(), {{"x", b.x}, {"y", b.y}})
               : status;
  return status == YOLO4J_OK
             ? check_workspace(operation, b.workspace, b.workspace_bytes, workspace_bytes(a))
             : status;
}

int64_t whole_registers(int64_t count) {
  return (count + kMostLanes - 1) / kMostLanes * kMostLanes;
}

/// One after the other; thread_floats() adds them up.
Tiles tiles_at(const Attention& a, float* at) {
  const int64_t queries = a.kernels->queries;
  const int64_t wide = whole_registers(a.width());
  Tiles t{};
  t.wide = wide;
  t.query = at;
  t.scores = t.query + a.width() * queries;
  t.sums = t.scores + kKeys * queries;
  t.most = t.sums + a.width() * queries;
  t.total = t.most + queries;
  t.shrink = t.total + queries;
  t.row = t.shrink + queries;
  t.keys = t.row + wide;
  t.values = t.keys + kKeys * wide;
  return t;
}

/// Units of one head of one image follow each other: its keys and values stay in the caches.
Unit unit_of(const Attention& a, const void* x, void* y, const Tiles& tiles, int64_t index) {
  const yolo4j_attention& g = a.given;
  const int64_t first = index % a.blocks() * a.kernels->queries;
  const int64_t head = index / a.blocks() % g.heads * a.width();
  const int64_t pixel = index / a.blocks() / g.heads * g.pixels;
  const int64_t left = g.pixels - first;
  const char* map = static_cast<const char*>(x);
  const int64_t size = a.element_size();
  const int64_t keys = pixel * g.x_pixel_stride + g.channels + head;
  return Unit{map + ((pixel + first) * g.x_pixel_stride + head) * size,
              map + keys * size,
              map + (keys + g.channels) * size,
              static_cast<char*>(y) + ((pixel + first) * g.y_pixel_stride + head) * size,
              left < a.kernels->queries ? left : a.kernels->queries,
              g.pixels,
              a.width(),
              g.x_pixel_stride,
              g.y_pixel_stride,
              static_cast<float>(1 / std::sqrt(static_cast<double>(a.width()))),
              tiles};
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

int32_t threads(const Attention& a) {
  int32_t most = a.given.threads < kMostThreads ? a.given.threads : kMostThreads;
  most = a.units() < most ? static_cast<int32_t>(a.units()) : most;
  // In floating point: the product of the largest sizes has no room in 64 bits.
  const double products =
      2.0 * static_cast<double>(a.given.images) * static_cast<double>(a.given.pixels) *
      static_cast<double>(a.given.pixels) * static_cast<double>(a.given.channels);
  const double useful = products / static_cast<double>(kProductsForAThread);
  return useful < most ? (useful < 1 ? 1 : static_cast<int32_t>(useful)) : most;
}

int64_t thread_floats(const Attention& a) {
  const int64_t each = 2 * a.width() + kKeys + 3;
  return whole_registers(a.kernels->queries * each + whole_registers(a.width()) * (1 + 2 * kKeys));
}

void run(const Attention& a, const void* x, void* y, float* workspace) {
  const int64_t floats = thread_floats(a);
  in_team(threads(a), [&](const Team& team) {
    const Tiles tiles = tiles_at(a, workspace + team.id * floats);
    for (int64_t i = team.begin(a.units()); i < team.end(a.units()); i++) {
      a.kernels->attend[a.element](unit_of(a, x, y, tiles, i));
    }
  });
}

}  // namespace yolo4j::attention

int32_t yolo4j_attention_workspace(const yolo4j_attention* attention, int64_t* bytes) {
  const char* operation = "yolo4j_attention_workspace";
  yolo4j::attention::Attention checked{};
  int32_t status = yolo4j::attention::read(operation, attention, &checked);
  if (status == YOLO4J_OK && bytes == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: bytes must not be null", operation);
  }
  if (status == YOLO4J_OK) {
    *bytes = yolo4j::attention::workspace_bytes(checked);
  }
  return status;
}

int32_t yolo4j_attention_run(const yolo4j_attention* attention,
                             const yolo4j_attention_buffers* buffers) {
  const char* operation = "yolo4j_attention_run";
  yolo4j::attention::Attention checked{};
  yolo4j_attention_buffers b;
  int32_t status = yolo4j::attention::read(operation, attention, &checked);
  status = status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof b, &b) : status;
  status = status == YOLO4J_OK ? yolo4j::attention::check_buffers(operation, checked, b) : status;
  if (status == YOLO4J_OK) {
    yolo4j::attention::run(checked, b.x, b.y, static_cast<float*>(b.workspace));
  }
  return status;
}
