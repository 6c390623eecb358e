// The public functions: checks, then the run.
#include "nms/nms.h"

#include <cmath>
#include <cstdint>

#include "nms/suppression.h"
#include "runtime/arguments.h"
#include "runtime/params.h"
#include "yolo4j.h"

namespace yolo4j::nms {
namespace {

/// Indices are int32_t.
constexpr int64_t kMostCandidates = INT32_MAX;

int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

int32_t check_params(const char* operation, const yolo4j_nms& p) {
  if (p.agnostic != 0 && p.agnostic != 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: agnostic must be 0 or 1, got %d", operation,
                p.agnostic);
  }
  if (p.count < 0 || p.count > kMostCandidates) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: count must be from 0 to %lld, got %lld", operation,
                static_cast<long long>(kMostCandidates), static_cast<long long>(p.count));
  }
  if (p.most_candidates < 1 || p.most_kept < 1) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: most_candidates and most_kept must be at least 1, got %lld and %lld",
                operation, static_cast<long long>(p.most_candidates),
                static_cast<long long>(p.most_kept));
  }
  if (!(p.iou_threshold >= 0 && p.iou_threshold <= 1)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: iou_threshold must be from 0 to 1, got %g", operation,
                p.iou_threshold);
  }
  return YOLO4J_OK;
}

/// The greatest float that isn't above the threshold: exactly the floats above it are above the
/// threshold too, so that quotients need not be widened.
float float_below(double threshold) {
  float nearest = static_cast<float>(threshold);
  return static_cast<double>(nearest) > threshold ? std::nextafter(nearest, -1.0f) : nearest;
}

int32_t read_suppression(const char* operation, const yolo4j_nms* given, Suppression* out) {
  yolo4j_nms p;
  int32_t status = read_params(operation, given, sizeof(yolo4j_nms), &p);
  status = status == YOLO4J_OK ? check_params(operation, p) : status;
  const Kernels* kernels = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  if (status == YOLO4J_OK) {
    int64_t candidates = lesser(p.count, p.most_candidates);
    *out = Suppression{kernels,
                       p.agnostic == 1,
                       p.count,
                       candidates,
                       lesser(candidates, p.most_kept),
                       float_below(p.iou_threshold)};
  }
  return status;
}

int32_t check_pointers(const char* operation, const Suppression& suppression, const Buffers& b) {
  bool empty = suppression.count == 0;
  if ((!empty && (b.boxes == nullptr || b.scores == nullptr || b.kept == nullptr)) ||
      b.kept_count == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: boxes, scores, kept and kept_count must not be null",
                operation);
  }
  if (!empty && !suppression.agnostic && b.class_ids == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: class_ids must not be null where agnostic is 0",
                operation);
  }
  int32_t status = check_aligned(operation, 4,
                                 {{"boxes", b.boxes},
                                  {"scores", b.scores},
                                  {"class_ids", b.class_ids},
                                  {"keys", b.keys},
                                  {"kept", b.kept}});
  status = status == YOLO4J_OK
               ? check_aligned(operation, 8, {{"present", b.present}, {"kept_count", b.kept_count}})
               : status;
  return status == YOLO4J_OK ? check_workspace(operation, b.workspace, b.workspace_bytes,
                                               Workspace(suppression, nullptr).bytes)
                             : status;
}

/// Class ids are looked through without a branch first: they are many and all of them are right.
int32_t check_classes(const char* operation, const int32_t* class_ids, int64_t count) {
  int32_t signs = 0;
  for (int64_t i = 0; i < count; i++) {
    signs |= class_ids[i];
  }
  for (int64_t i = 0; signs < 0 && i < count; i++) {
    if (class_ids[i] < 0) {
      return fail(YOLO4J_INVALID_ARGUMENT, "%s: class_ids must be 0 or more, got %d at %lld",
                  operation, class_ids[i], static_cast<long long>(i));
    }
  }
  return YOLO4J_OK;
}

int32_t check_contents(const char* operation, const Suppression& suppression, const Buffers& b,
                       int64_t* present) {
  *present = b.present == nullptr ? suppression.count : *b.present;
  if (*present < 0 || *present > suppression.count) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: present must be from 0 to count, %lld, got %lld",
                operation, static_cast<long long>(suppression.count),
                static_cast<long long>(*present));
  }
  return suppression.agnostic ? YOLO4J_OK : check_classes(operation, b.class_ids, *present);
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::nms

int32_t yolo4j_nms_workspace(const yolo4j_nms* nms, int64_t* bytes) {
  const char* operation = "yolo4j_nms_workspace";
  yolo4j::nms::Suppression checked;
  int32_t status = yolo4j::nms::read_suppression(operation, nms, &checked);
  if (status == YOLO4J_OK && bytes == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: bytes must not be null", operation);
  }
  if (status == YOLO4J_OK) {
    *bytes = yolo4j::nms::Workspace(checked, nullptr).bytes;
  }
  return status;
}

int32_t yolo4j_nms_run(const yolo4j_nms* nms, const yolo4j_nms_buffers* buffers) {
  const char* operation = "yolo4j_nms_run";
  yolo4j::nms::Suppression checked;
  yolo4j::nms::Buffers b;
  int64_t present = 0;
  int32_t status = yolo4j::nms::read_suppression(operation, nms, &checked);
  status = status == YOLO4J_OK
               ? yolo4j::read_params(operation, buffers, sizeof(yolo4j_nms_buffers), &b)
               : status;
  status = status == YOLO4J_OK ? yolo4j::nms::check_pointers(operation, checked, b) : status;
  status =
      status == YOLO4J_OK ? yolo4j::nms::check_contents(operation, checked, b, &present) : status;
  if (status == YOLO4J_OK) {
    *b.kept_count = yolo4j::nms::suppress(checked, b, present);
  }
  return status;
}
