// The public functions: checks.
#include "class_scores/class_scores.h"

#include <cmath>
#include <cstdint>

#include "runtime/arguments.h"
#include "runtime/params.h"

namespace yolo4j::class_scores {
namespace {

/// So that no product of sizes overflows.
constexpr int64_t kMostSide = INT64_C(1) << 20;

using P = yolo4j_class_scores;

bool in_range(int64_t v, int64_t most) { return v >= 1 && v <= most; }

int32_t check_type(const char* operation, const P& p) {
  if (p.dtype != YOLO4J_DTYPE_U8) {
    const bool known = p.dtype == YOLO4J_DTYPE_F32 || p.dtype == YOLO4J_DTYPE_BF16;
    return known ? YOLO4J_OK
                 : fail(YOLO4J_UNSUPPORTED, "%s: dtype must be f32, bf16 or u8, got %d", operation,
                        p.dtype);
  }
  if (!(p.scale > 0) || !std::isfinite(p.scale) || p.zero_point < 0 || p.zero_point > 255) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: bytes need a finite scale above 0 and a zero point from 0 to 255, got %g and "
                "%d",
                operation, static_cast<double>(p.scale), p.zero_point);
  }
  return YOLO4J_OK;
}

int32_t check_sizes(const char* operation, const P& p) {
  if (p.anchors < 1 || p.anchors > YOLO4J_MOST_ANCHORS) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: anchors must be from 1 to %d, got %d", operation,
                YOLO4J_MOST_ANCHORS, p.anchors);
  }
  if (!in_range(p.pixels, INT32_MAX) || !in_range(p.channels, kMostSide) ||
      !in_range(p.classes, kMostSide)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: pixels must be from 1 to %d, channels and classes to 2^20, got %lld, %lld and "
                "%lld",
                operation, INT32_MAX, static_cast<long long>(p.pixels),
                static_cast<long long>(p.channels), static_cast<long long>(p.classes));
  }
  if (p.x_pixel_stride < p.channels || p.x_pixel_stride > kMostSide) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: x_pixel_stride must be from %lld channels to %lld, got %lld", operation,
                static_cast<long long>(p.channels), static_cast<long long>(kMostSide),
                static_cast<long long>(p.x_pixel_stride));
  }
  if (!(p.least_objectness >= 0 && p.least_objectness <= 1)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: least_objectness must be from 0 to 1, got %g",
                operation, static_cast<double>(p.least_objectness));
  }
  return YOLO4J_OK;
}

int32_t read_scores(const char* operation, const P* given, Scores* scores) {
  P p;
  int32_t status = read_params(operation, given, sizeof(P), &p);
  status = status == YOLO4J_OK ? check_type(operation, p) : status;
  status = status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  Scores checked{nullptr, nullptr, nullptr, p};
  status = status == YOLO4J_OK ? family().dispatch(&checked.kernels) : status;
  status = status == YOLO4J_OK ? decode::family().dispatch(&checked.compare) : status;
  status = status == YOLO4J_OK ? maps::family().dispatch(&checked.convert) : status;
  if (status == YOLO4J_OK) {
    *scores = checked;
  }
  return status;
}

int32_t check_pointers(const char* operation, const Scores& scores, const Buffers& b) {
  int32_t status =
      check_not_null(operation, {{"x", b.x}, {"boxes", b.boxes}, {"packed", b.packed}, {"y", b.y}});
  status = status == YOLO4J_OK
               ? check_aligned(operation, yolo4j_dtype_size(scores.p.dtype), {{"x", b.x}})
               : status;
  status = status == YOLO4J_OK
               ? check_aligned(operation, 4, {{"boxes", b.boxes}, {"packed", b.packed}, {"y", b.y}})
               : status;
  return status == YOLO4J_OK
             ? check_workspace(operation, b.workspace, b.workspace_bytes, workspace_bytes(scores))
             : status;
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::class_scores

using namespace yolo4j::class_scores;

int32_t yolo4j_class_scores_packed(const yolo4j_class_scores* scores, int64_t* floats) {
  const char* operation = "yolo4j_class_scores_packed";
  Scores checked;
  int32_t status = read_scores(operation, scores, &checked);
  status = status == YOLO4J_OK ? yolo4j::check_not_null(operation, {{"floats", floats}}) : status;
  if (status == YOLO4J_OK) {
    *floats = checked.p.anchors * checked.anchor_floats();
  }
  return status;
}

int32_t yolo4j_class_scores_pack(const yolo4j_class_scores* scores, const float* weight,
                                 const float* bias, float* packed) {
  const char* operation = "yolo4j_class_scores_pack";
  Scores checked;
  int32_t status = read_scores(operation, scores, &checked);
  status = status == YOLO4J_OK
               ? yolo4j::check_not_null(operation, {{"weight", weight}, {"packed", packed}})
               : status;
  status = status == YOLO4J_OK
               ? yolo4j::check_aligned(operation, 4,
                                       {{"weight", weight}, {"bias", bias}, {"packed", packed}})
               : status;
  if (status == YOLO4J_OK) {
    pack(checked, weight, bias, packed);
  }
  return status;
}

int32_t yolo4j_class_scores_workspace(const yolo4j_class_scores* scores, int64_t* bytes) {
  const char* operation = "yolo4j_class_scores_workspace";
  Scores checked;
  int32_t status = read_scores(operation, scores, &checked);
  status = status == YOLO4J_OK ? yolo4j::check_not_null(operation, {{"bytes", bytes}}) : status;
  if (status == YOLO4J_OK) {
    *bytes = workspace_bytes(checked);
  }
  return status;
}

int32_t yolo4j_class_scores_run(const yolo4j_class_scores* scores,
                                const yolo4j_class_scores_buffers* buffers) {
  const char* operation = "yolo4j_class_scores_run";
  Scores checked;
  Buffers b;
  int32_t status = read_scores(operation, scores, &checked);
  status = status == YOLO4J_OK
               ? yolo4j::read_params(operation, buffers, sizeof(yolo4j_class_scores_buffers), &b)
               : status;
  status = status == YOLO4J_OK ? check_pointers(operation, checked, b) : status;
  if (status == YOLO4J_OK) {
    run(checked, b);
  }
  return status;
}
