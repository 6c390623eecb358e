// Activations by themselves: checks and launches.
#include <cstdint>

#include "cuda/arguments.h"
#include "cuda/driver.h"
#include "cuda/shapes.h"
#include "runtime/params.h"

namespace yolo4j::cuda {
namespace {

constexpr int32_t kThreads = 256;
/// Enough to fill any GPU; more blocks than that only queue up.
constexpr int64_t kMostBlocks = 4096;

int32_t read_elementwise(const char* operation, const yolo4j_elementwise* given,
                         yolo4j_elementwise* p) {
  int32_t status = check_built(operation);
  status = status == YOLO4J_OK ? read_params(operation, given, sizeof *p, p) : status;
  status = status == YOLO4J_OK ? check_float_type(operation, p->dtype) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (p->activation < YOLO4J_ACTIVATION_NONE || p->activation > YOLO4J_ACTIVATION_SIGMOID) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be from 0 to %d, got %d", operation,
                YOLO4J_ACTIVATION_SIGMOID, p->activation);
  }
  if (p->count < 0 || p->count > kMostElements) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: count must be from 0 to 2^48, got %lld", operation,
                static_cast<long long>(p->count));
  }
  return YOLO4J_OK;
}

ElementwiseShape shape_of(const yolo4j_elementwise& p, bool aligned) {
  return ElementwiseShape{p.count, p.activation, aligned ? 1 : 0};
}

int64_t blocks_of(const yolo4j_elementwise& p) {
  int64_t blocks = ceil_div(p.count * yolo4j_dtype_size(p.dtype), 16 * kThreads);
  return blocks < kMostBlocks ? blocks : kMostBlocks;
}

}  // namespace
}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;

int32_t yolo4j_cuda_activation_forward(const yolo4j_cuda_call* call,
                                       const yolo4j_elementwise* elementwise, const void* x,
                                       void* y) {
  const char* operation = "yolo4j_cuda_activation_forward";
  yolo4j_elementwise p;
  int32_t status = read_elementwise(operation, elementwise, &p);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"x", x}, {"y", y}}) : status;
  status = status == YOLO4J_OK
               ? check_aligned(operation, yolo4j_dtype_size(p.dtype), {{"x", x}, {"y", y}})
               : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  if (status != YOLO4J_OK || p.count == 0) {
    return status;
  }
  return opened.run(of_type(Kernel::activation_forward_f32, p.dtype), blocks_of(p), kThreads, 0, x,
                    y, shape_of(p, all_aligned(16, {x, y})));
}

int32_t yolo4j_cuda_activation_backward(const yolo4j_cuda_call* call,
                                        const yolo4j_elementwise* elementwise, const void* x,
                                        const void* dy, void* dx) {
  const char* operation = "yolo4j_cuda_activation_backward";
  yolo4j_elementwise p;
  int32_t status = read_elementwise(operation, elementwise, &p);
  status =
      status == YOLO4J_OK ? check_not_null(operation, {{"x", x}, {"dy", dy}, {"dx", dx}}) : status;
  status = status == YOLO4J_OK ? check_aligned(operation, yolo4j_dtype_size(p.dtype),
                                               {{"x", x}, {"dy", dy}, {"dx", dx}})
                               : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  if (status != YOLO4J_OK || p.count == 0) {
    return status;
  }
  return opened.run(of_type(Kernel::activation_backward_f32, p.dtype), blocks_of(p), kThreads, 0, x,
                    dy, dx, shape_of(p, all_aligned(16, {x, dy, dx})));
}
