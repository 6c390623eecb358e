// Suppression on the device: checks, the workspace's parts, and the launches, which depend on the
// room for candidates only; kernels that find nothing to do end at once.
#include <cmath>

#include "cuda/arguments.h"
#include "cuda/driver.h"
#include "cuda/shapes.h"
#include "runtime/params.h"

namespace yolo4j::cuda {
namespace {

using Buffers = yolo4j_nms_buffers;

constexpr int64_t kSortBlock = 1024;
constexpr int32_t kSortThreads = 512;
constexpr int64_t kWord = 64;
/// Words of candidates in a window at most: one for each thread of the scanning block.
constexpr int64_t kMostWords = 64;
constexpr int64_t kMostCount = INT64_C(1) << 29;

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/// The largest float that isn't above a double: a float is above the one where it is above the
/// other.
float floor_to_float(double value) {
  float nearest = static_cast<float>(value);
  return static_cast<double>(nearest) > value ? std::nextafter(nearest, -1.0f) : nearest;
}

int32_t read_nms(const char* operation, const yolo4j_nms* given, yolo4j_nms* p) {
  int32_t status = check_built(operation);
  status = status == YOLO4J_OK ? read_params(operation, given, sizeof *p, p) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (p->count < 0 || p->count > kMostCount || p->most_candidates < 0 || p->most_kept < 0) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: count must be from 0 to 2^29, most_candidates and most_kept 0 or more, got "
                "%lld, %lld and %lld",
                operation, static_cast<long long>(p->count),
                static_cast<long long>(p->most_candidates), static_cast<long long>(p->most_kept));
  }
  if (!(p->iou_threshold >= 0 && p->iou_threshold <= 1)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: iou_threshold must be from 0 to 1, got %g", operation,
                p->iou_threshold);
  }
  if (p->agnostic != 0 && p->agnostic != 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: agnostic must be 0 or 1, got %d", operation,
                p->agnostic);
  }
  return YOLO4J_OK;
}

NmsShape shape_of(const yolo4j_nms& p) {
  NmsShape s = {};
  s.count = static_cast<int32_t>(p.count);
  s.most_candidates = static_cast<int32_t>(least(p.count, p.most_candidates));
  s.most_kept = static_cast<int32_t>(least(s.most_candidates, p.most_kept));
  s.agnostic = p.agnostic;
  s.threshold = floor_to_float(p.iou_threshold);
  s.words = static_cast<int32_t>(least(ceil_div(s.most_candidates, kWord), kMostWords));
  return s;
}

/// A power of two.
int64_t sort_size(const NmsShape& s) {
  int64_t size = kSortBlock;
  while (size < s.count) {
    size *= 2;
  }
  return size;
}

/// Where things lie in the workspace: a first run without one gives the bytes.
struct Parts {
  int32_t* kept_so_far;
  unsigned long long* sort_keys;
  int32_t* order;
  void* boxes;
  int32_t* classes;
  int32_t* kept_places;
  unsigned long long* gone;
  unsigned long long* mask;
  int64_t bytes = 0;

  Parts(const NmsShape& s, void* workspace) : base_(static_cast<char*>(workspace)) {
    take(&kept_so_far, 1);
    take(&sort_keys, sort_size(s));
    take(&order, sort_size(s));
    char* place = nullptr;
    take(&place, 16 * static_cast<int64_t>(s.most_candidates));
    boxes = place;
    take(&classes, s.most_candidates);
    take(&kept_places, s.most_kept);
    take(&gone, s.words);
    take(&mask, kWord * s.words * s.words);
  }

 private:
  template <typename T>
  void take(T** part, int64_t count) {
    *part = base_ == nullptr ? nullptr : reinterpret_cast<T*>(base_ + bytes);
    bytes += ceil_div(count * static_cast<int64_t>(sizeof(T)), 16) * 16;
  }

  char* base_;
};

int32_t check_buffers(const char* operation, const yolo4j_nms& p, const Buffers& b) {
  int32_t status = check_not_null(
      operation,
      {{"boxes", b.boxes}, {"scores", b.scores}, {"kept", b.kept}, {"kept_count", b.kept_count}});
  if (status == YOLO4J_OK && p.agnostic == 0 && b.class_ids == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: class_ids must not be null unless agnostic is 1",
                operation);
  }
  status = status == YOLO4J_OK ? check_aligned(operation, 4,
                                               {{"boxes", b.boxes},
                                                {"scores", b.scores},
                                                {"class_ids", b.class_ids},
                                                {"keys", b.keys},
                                                {"kept", b.kept}})
                               : status;
  status = status == YOLO4J_OK
               ? check_aligned(operation, 8, {{"present", b.present}, {"kept_count", b.kept_count}})
               : status;
  return status == YOLO4J_OK ? check_workspace(operation, b.workspace, b.workspace_bytes,
                                               Parts(shape_of(p), nullptr).bytes)
                             : status;
}

int32_t run_sort(Call& call, NmsShape s, const Buffers& b, const Parts& w) {
  const int64_t size = sort_size(s);
  int32_t status = call.run(Kernel::nms_keys, size / kSortBlock * 4, 256, 0, b.scores, b.keys,
                            b.present, w.sort_keys, w.order, w.kept_so_far, b.kept_count, s);
  s.sort_size = 0;
  status = status == YOLO4J_OK ? call.run(Kernel::nms_sort_block, size / kSortBlock, kSortThreads,
                                          0, b.present, w.sort_keys, w.order, s)
                               : status;
  for (int64_t run = 2 * kSortBlock; run <= size && status == YOLO4J_OK; run *= 2) {
    s.sort_size = static_cast<int32_t>(run);
    for (int64_t apart = run / 2; apart >= kSortBlock && status == YOLO4J_OK; apart /= 2) {
      s.sort_apart = static_cast<int32_t>(apart);
      status = call.run(Kernel::nms_sort_step, size / 2 / kSortThreads, kSortThreads, 0, b.present,
                        w.sort_keys, w.order, s);
    }
    status = status == YOLO4J_OK ? call.run(Kernel::nms_sort_block, size / kSortBlock, kSortThreads,
                                            0, b.present, w.sort_keys, w.order, s)
                                 : status;
  }
  return status;
}

int32_t run_window(Call& call, const NmsShape& s, const Buffers& b, const Parts& w) {
  int32_t status = call.run(Kernel::nms_prior, s.words, kWord, 0, w.boxes, w.classes, b.present,
                            w.kept_so_far, w.kept_places, w.gone, s);
  status = status == YOLO4J_OK
               ? call.run(Kernel::nms_mask, static_cast<int64_t>(s.words) * s.words, kWord, 0,
                          w.boxes, w.classes, b.present, w.kept_so_far, w.mask, s)
               : status;
  return status == YOLO4J_OK
             ? call.run(Kernel::nms_scan, 1, kWord, 0, b.present, w.order, w.gone, w.mask, b.kept,
                        w.kept_places, w.kept_so_far, b.kept_count, s)
             : status;
}

int32_t run(Call& call, NmsShape s, const Buffers& b) {
  Parts w(s, b.workspace);
  int32_t status = run_sort(call, s, b, w);
  if (status != YOLO4J_OK || s.most_kept == 0) {
    return status;
  }
  status = call.run(Kernel::nms_gather, ceil_div(s.most_candidates, 256), 256, 0, b.boxes,
                    b.class_ids, b.present, w.order, w.boxes, w.classes, s);
  for (int64_t first = 0; first < s.most_candidates && status == YOLO4J_OK;
       first += kWord * s.words) {
    s.first = static_cast<int32_t>(first);
    status = run_window(call, s, b, w);
  }
  return status;
}

}  // namespace
}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;

int32_t yolo4j_cuda_nms_workspace(const yolo4j_nms* nms, int64_t* bytes) {
  const char* operation = "yolo4j_cuda_nms_workspace";
  yolo4j_nms p;
  int32_t status = read_nms(operation, nms, &p);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"bytes", bytes}}) : status;
  if (status == YOLO4J_OK) {
    *bytes = Parts(shape_of(p), nullptr).bytes;
  }
  return status;
}

int32_t yolo4j_cuda_nms_run(const yolo4j_cuda_call* call, const yolo4j_nms* nms,
                            const yolo4j_nms_buffers* buffers) {
  const char* operation = "yolo4j_cuda_nms_run";
  yolo4j_nms p;
  yolo4j_nms_buffers b;
  int32_t status = read_nms(operation, nms, &p);
  status = status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof b, &b) : status;
  status = status == YOLO4J_OK ? check_buffers(operation, p, b) : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  return status == YOLO4J_OK ? run(opened, shape_of(p), b) : status;
}
