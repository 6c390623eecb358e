// The public function: checks, then the walk.
#include "decode/decode.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "decode/level.h"
#include "runtime/arguments.h"
#include "runtime/params.h"
#include "yolo4j.h"

namespace yolo4j::decode {
namespace {

/// Outputs of a cell before its classes.
constexpr int64_t kBeforeClasses = 5;
/// Of places in the logits: bytes and sums of four products stay below 2^63.
constexpr int64_t kMostPlaces = INT64_MAX / 64;

using P = yolo4j_decode;

int32_t check_codes(const char* operation, const P& p) {
  if (int32_t status = check_float_type(operation, p.dtype); status != YOLO4J_OK) {
    return status;
  }
  if (p.multi_label != 0 && p.multi_label != 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: multi_label must be 0 or 1, got %d", operation,
                p.multi_label);
  }
  if (p.anchors < 1 || p.anchors > YOLO4J_MOST_ANCHORS) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: anchors must be from 1 to %d, got %d", operation,
                YOLO4J_MOST_ANCHORS, p.anchors);
  }
  return YOLO4J_OK;
}

int32_t check_sizes(const char* operation, const P& p) {
  if (p.classes < 1 || p.classes > INT32_MAX) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: classes must be from 1 to %d, got %lld", operation,
                INT32_MAX, static_cast<long long>(p.classes));
  }
  // Times up to 16 anchors and 2^31 classes it still fits.
  constexpr int64_t kMostCells = INT64_C(1) << 27;
  if (p.height < 1 || p.width < 1 || p.height > kMostCells / p.width) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: height and width must be positive and their product at most 2^27, got %lld "
                "and %lld",
                operation, static_cast<long long>(p.height), static_cast<long long>(p.width));
  }
  return YOLO4J_OK;
}

bool steps_fit(int64_t count, int64_t stride) {
  return stride >= 0 && (count == 1 || stride <= kMostPlaces / (count - 1));
}

int32_t check_strides(const char* operation, const P& p) {
  if (!steps_fit(p.anchors, p.anchor_stride) || !steps_fit(p.height, p.row_stride) ||
      !steps_fit(p.width, p.column_stride) ||
      !steps_fit(kBeforeClasses + p.classes, p.output_stride)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: anchor_stride, row_stride, column_stride and output_stride must be 0 or more "
                "and reach less than 2^57 elements, got %lld, %lld, %lld, %lld",
                operation, static_cast<long long>(p.anchor_stride),
                static_cast<long long>(p.row_stride), static_cast<long long>(p.column_stride),
                static_cast<long long>(p.output_stride));
  }
  return YOLO4J_OK;
}

/// Of class logits with a place of their own; without one the steps aren't looked at.
int32_t check_class_strides(const char* operation, const P& p) {
  if (!steps_fit(p.anchors, p.class_anchor_stride) || !steps_fit(p.height, p.class_row_stride) ||
      !steps_fit(p.width, p.class_column_stride) || !steps_fit(p.classes, p.class_output_stride)) {
    return fail(
        YOLO4J_INVALID_ARGUMENT,
        "%s: class_anchor_stride, class_row_stride, class_column_stride and "
        "class_output_stride must be 0 or more and reach less than 2^57 elements, got %lld, "
        "%lld, %lld, %lld",
        operation, static_cast<long long>(p.class_anchor_stride),
        static_cast<long long>(p.class_row_stride), static_cast<long long>(p.class_column_stride),
        static_cast<long long>(p.class_output_stride));
  }
  return YOLO4J_OK;
}

bool positive(float x) { return x > 0 && std::isfinite(x); }

int32_t check_values(const char* operation, const P& p) {
  if (!(p.confidence >= 0 && p.confidence <= 1)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: confidence must be from 0 to 1, got %g", operation,
                static_cast<double>(p.confidence));
  }
  if (!positive(p.stride)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: stride must be positive and finite, got %g",
                operation, static_cast<double>(p.stride));
  }
  for (int32_t i = 0; i < 2 * p.anchors; i++) {
    if (!positive(p.anchor_sizes[i])) {
      return fail(YOLO4J_INVALID_ARGUMENT,
                  "%s: anchor_sizes must be positive and finite, got %g at %d", operation,
                  static_cast<double>(p.anchor_sizes[i]), i);
    }
  }
  return YOLO4J_OK;
}

int32_t read_level(const char* operation, const P* given, Level* level) {
  P p;
  int32_t status = read_params(operation, given, offsetof(P, class_anchor_stride), &p);
  status = status == YOLO4J_OK ? check_codes(operation, p) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  status = status == YOLO4J_OK ? check_strides(operation, p) : status;
  status = status == YOLO4J_OK ? check_values(operation, p) : status;
  const Kernels* kernels = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  if (status == YOLO4J_OK) {
    *level = Level{kernels, p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16,
                   p.multi_label == 1 && p.classes > 1, p};
  }
  return status;
}

int32_t check_pointers(const char* operation, const Level& level, const Buffers& b) {
  if (b.logits == nullptr || b.count == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: logits and count must not be null", operation);
  }
  if (b.capacity > 0 && (b.boxes == nullptr || b.scores == nullptr || b.class_ids == nullptr)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: boxes, scores and class_ids must not be null where capacity is above 0",
                operation);
  }
  int32_t status = check_aligned(operation, level.element_size(),
                                 {{"logits", b.logits}, {"class_logits", b.class_logits}});
  status = status == YOLO4J_OK ? check_aligned(operation, 4,
                                               {{"boxes", b.boxes},
                                                {"scores", b.scores},
                                                {"class_ids", b.class_ids},
                                                {"keys", b.keys}})
                               : status;
  status = status == YOLO4J_OK ? check_aligned(operation, 8, {{"count", b.count}}) : status;
  return status == YOLO4J_OK && b.class_logits != nullptr ? check_class_strides(operation, level.p)
                                                          : status;
}

int32_t check_counts(const char* operation, const Level& level, const Buffers& b) {
  // More candidates than fit may stand there after a level before: they are counted on.
  constexpr int64_t kMostCandidates = INT64_MAX / 2;
  if (b.capacity < 0 || *b.count < 0 || *b.count > kMostCandidates) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: capacity and count must be 0 or more, got %lld, %lld",
                operation, static_cast<long long>(b.capacity), static_cast<long long>(*b.count));
  }
  const P& p = level.p;
  int64_t keys = p.anchors * level.cells() * p.classes;
  if (b.keys != nullptr && (p.first_key < 0 || p.first_key > INT64_C(1) << 31 ||
                            p.first_key + keys > INT64_C(1) << 31)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: first_key must be 0 or more and at most %lld for the level's %lld keys to be "
                "below 2^31, got %lld",
                operation, static_cast<long long>((INT64_C(1) << 31) - keys),
                static_cast<long long>(keys), static_cast<long long>(p.first_key));
  }
  return YOLO4J_OK;
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::decode

int32_t yolo4j_decode_level(const yolo4j_decode* level, const yolo4j_decode_buffers* buffers) {
  const char* operation = "yolo4j_decode_level";
  yolo4j::decode::Level checked;
  yolo4j::decode::Buffers b;
  int32_t status = yolo4j::decode::read_level(operation, level, &checked);
  status = status == YOLO4J_OK
               ? yolo4j::read_params(operation, buffers,
                                     offsetof(yolo4j_decode_buffers, class_logits), &b)
               : status;
  status = status == YOLO4J_OK ? yolo4j::decode::check_pointers(operation, checked, b) : status;
  status = status == YOLO4J_OK ? yolo4j::decode::check_counts(operation, checked, b) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  *b.count = yolo4j::decode::decode(checked, b);
  if (*b.count > b.capacity) {
    return yolo4j::fail(YOLO4J_OUT_OF_MEMORY,
                        "%s: capacity must be at least %lld for the candidates found, got %lld",
                        operation, static_cast<long long>(*b.count),
                        static_cast<long long>(b.capacity));
  }
  return YOLO4J_OK;
}
