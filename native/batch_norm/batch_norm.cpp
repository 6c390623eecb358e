// The public functions: checks, then the layout's passes.
#include "batch_norm/batch_norm.h"

#include <cstddef>
#include <cstdint>

#include "batch_norm/norm.h"
#include "runtime/arguments.h"
#include "runtime/params.h"
#include "runtime/team.h"
#include "yolo4j.h"

namespace yolo4j::batch_norm {
namespace {

/// Below so many elements a thread isn't worth waking.
constexpr int64_t kElementsForAThread = 32768;

constexpr int64_t kMostElements = INT64_MAX / 64;

int32_t check_sizes(const char* operation, const yolo4j_batch_norm& p) {
  if (p.images < 1 || p.channels < 1 || p.pixels < 1 || p.channels > kMostElements / p.images ||
      p.pixels > kMostElements / (p.images * p.channels)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: images, channels and pixels must be positive and their product below 2^57, "
                "got %lld, %lld, %lld",
                operation, static_cast<long long>(p.images), static_cast<long long>(p.channels),
                static_cast<long long>(p.pixels));
  }
  return YOLO4J_OK;
}

int32_t check_codes(const char* operation, const yolo4j_batch_norm& p) {
  int32_t status = check_float_type(operation, p.dtype);
  status = status == YOLO4J_OK ? check_layout(operation, p.layout) : status;
  status =
      status == YOLO4J_OK ? check_activation(operation, p.activation, kActivations - 1) : status;
  status = status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  // So that NaN fails.
  if (!(p.epsilon >= 0) || !(p.momentum >= 0 && p.momentum <= 1)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: epsilon must be >= 0 and momentum from 0 to 1, got %g and %g", operation,
                p.epsilon, p.momentum);
  }
  return YOLO4J_OK;
}

int32_t read_norm(const char* operation, const yolo4j_batch_norm* given, Norm* norm,
                  int32_t* layout) {
  yolo4j_batch_norm p;
  int32_t status = read_params(operation, given, sizeof(yolo4j_batch_norm), &p);
  status = status == YOLO4J_OK ? check_codes(operation, p) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  const Kernels* kernels = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  if (status == YOLO4J_OK) {
    *layout = p.layout;
    *norm = Norm{kernels,
                 p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16,
                 p.activation,
                 useful_threads(p.threads, p.images * p.channels * p.pixels, kElementsForAThread),
                 p.images,
                 p.channels,
                 p.pixels,
                 p.epsilon,
                 p.momentum,
                 kCachedElements};
  }
  return status;
}

int64_t workspace_bytes(const Norm& norm, int32_t layout) {
  return layout == YOLO4J_LAYOUT_NCHW ? planes_workspace(norm) : rows_workspace(norm);
}

int32_t null_buffer(const char* operation, const char* names) {
  return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must not be null", operation, names);
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::batch_norm

using yolo4j::batch_norm::Backward;
using yolo4j::batch_norm::Forward;
using yolo4j::batch_norm::Norm;

int32_t yolo4j_batch_norm_workspace(const yolo4j_batch_norm* norm, int64_t* bytes) {
  const char* operation = "yolo4j_batch_norm_workspace";
  Norm checked;
  int32_t layout = 0;
  int32_t status = yolo4j::batch_norm::read_norm(operation, norm, &checked, &layout);
  if (status == YOLO4J_OK && bytes == nullptr) {
    return yolo4j::batch_norm::null_buffer(operation, "bytes");
  }
  if (status == YOLO4J_OK) {
    *bytes = yolo4j::batch_norm::workspace_bytes(checked, layout);
  }
  return status;
}

int32_t yolo4j_batch_norm_forward(const yolo4j_batch_norm* norm,
                                  const yolo4j_batch_norm_forward_buffers* buffers) {
  const char* operation = "yolo4j_batch_norm_forward";
  Norm checked;
  int32_t layout = 0;
  Forward b;
  int32_t status = yolo4j::batch_norm::read_norm(operation, norm, &checked, &layout);
  status =
      status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof(Forward), &b) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (b.x == nullptr || b.y == nullptr || b.mean == nullptr || b.inverse_deviation == nullptr) {
    return yolo4j::batch_norm::null_buffer(operation, "x, y, mean and inverse_deviation");
  }
  if ((b.running_mean == nullptr) != (b.running_variance == nullptr)) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT,
                        "%s: running_mean and running_variance must be given both or neither",
                        operation);
  }
  status = yolo4j::check_workspace(operation, b.workspace, b.workspace_bytes,
                                   yolo4j::batch_norm::workspace_bytes(checked, layout));
  if (status == YOLO4J_OK) {
    layout == YOLO4J_LAYOUT_NCHW ? yolo4j::batch_norm::forward_planes(checked, b)
                                 : yolo4j::batch_norm::forward_rows(checked, b);
  }
  return status;
}

int32_t yolo4j_batch_norm_backward(const yolo4j_batch_norm* norm,
                                   const yolo4j_batch_norm_backward_buffers* buffers) {
  const char* operation = "yolo4j_batch_norm_backward";
  Norm checked;
  int32_t layout = 0;
  Backward b;
  int32_t status = yolo4j::batch_norm::read_norm(operation, norm, &checked, &layout);
  status =
      status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof(Backward), &b) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (b.x == nullptr || b.dy == nullptr || b.dx == nullptr || b.mean == nullptr ||
      b.inverse_deviation == nullptr) {
    return yolo4j::batch_norm::null_buffer(operation, "x, dy, dx, mean and inverse_deviation");
  }
  status = yolo4j::check_workspace(operation, b.workspace, b.workspace_bytes,
                                   yolo4j::batch_norm::workspace_bytes(checked, layout));
  if (status == YOLO4J_OK) {
    layout == YOLO4J_LAYOUT_NCHW ? yolo4j::batch_norm::backward_planes(checked, b)
                                 : yolo4j::batch_norm::backward_rows(checked, b);
  }
  return status;
}
