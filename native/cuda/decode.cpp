// Detection head to candidates on the device: checks and the launch.
#include <cmath>
#include <cstddef>

#include "cuda/arguments.h"
#include "cuda/driver.h"
#include "runtime/params.h"

namespace yolo4j::cuda {
namespace {

using Buffers = yolo4j_decode_buffers;

int32_t check_level(const char* operation, const yolo4j_decode& p) {
  if (p.anchors < 1 || p.anchors > YOLO4J_MOST_ANCHORS) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: anchors must be from 1 to %d, got %d", operation,
                YOLO4J_MOST_ANCHORS, p.anchors);
  }
  if (p.multi_label != 0 && p.multi_label != 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: multi_label must be 0 or 1, got %d", operation,
                p.multi_label);
  }
  if (!(p.confidence >= 0 && p.confidence <= 1) || !std::isfinite(p.stride)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: confidence must be from 0 to 1 and stride finite, got %g and %g", operation,
                static_cast<double>(p.confidence), static_cast<double>(p.stride));
  }
  return check_product(operation, "anchors, height, width and classes",
                       {p.anchors, p.height, p.width, p.classes}, kMostSide);
}

int32_t check_buffers(const char* operation, const yolo4j_decode& p, const Buffers& b) {
  int32_t status = check_not_null(operation, {{"logits", b.logits},
                                              {"boxes", b.boxes},
                                              {"scores", b.scores},
                                              {"class_ids", b.class_ids},
                                              {"count", b.count}});
  status = status == YOLO4J_OK
               ? check_aligned(operation, yolo4j_dtype_size(p.dtype), {{"logits", b.logits}})
               : status;
  status = status == YOLO4J_OK ? check_aligned(operation, 4,
                                               {{"boxes", b.boxes},
                                                {"scores", b.scores},
                                                {"class_ids", b.class_ids},
                                                {"keys", b.keys}})
                               : status;
  status = status == YOLO4J_OK ? check_aligned(operation, 8, {{"count", b.count}}) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (b.class_logits != nullptr) {
    return fail(YOLO4J_UNSUPPORTED,
                "%s: class_logits must be null, a GPU's logits stand in one tensor", operation);
  }
  if (b.capacity < 0) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: capacity must be 0 or more, got %lld", operation,
                static_cast<long long>(b.capacity));
  }
  int64_t keys = p.anchors * p.height * p.width * p.classes;
  if (b.keys != nullptr && (p.first_key < 0 || keys > INT64_C(0x80000000) - p.first_key)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: keys must be below 2^31, got %lld of them from %lld",
                operation, static_cast<long long>(keys), static_cast<long long>(p.first_key));
  }
  return YOLO4J_OK;
}

}  // namespace
}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;

int32_t yolo4j_cuda_decode_level(const yolo4j_cuda_call* call, const yolo4j_decode* level,
                                 const yolo4j_decode_buffers* buffers) {
  const char* operation = "yolo4j_cuda_decode_level";
  yolo4j_decode p;
  yolo4j_decode_buffers b;
  int32_t status = check_built(operation);
  status =
      status == YOLO4J_OK
          ? yolo4j::read_params(operation, level, offsetof(yolo4j_decode, class_anchor_stride), &p)
          : status;
  status = status == YOLO4J_OK ? check_float_type(operation, p.dtype) : status;
  status = status == YOLO4J_OK ? check_level(operation, p) : status;
  status = status == YOLO4J_OK
               ? yolo4j::read_params(operation, buffers,
                                     offsetof(yolo4j_decode_buffers, class_logits), &b)
               : status;
  status = status == YOLO4J_OK ? check_buffers(operation, p, b) : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  return opened.run(of_type(Kernel::decode_f32, p.dtype),
                    ceil_div(p.anchors * p.height * p.width, 128), 128, 0, b.logits, b.keep,
                    b.boxes, b.scores, b.class_ids, b.keys, b.capacity, b.count, p);
}
