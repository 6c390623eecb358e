// The public functions: checks, then the passes.
#include "depthwise/depthwise.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "depthwise/convolution.h"
#include "runtime/arguments.h"
#include "runtime/params.h"
#include "runtime/team.h"
#include "yolo4j.h"

namespace yolo4j::depthwise {
namespace {

/// Below so many elements of x a thread isn't worth waking.
constexpr int64_t kElementsForAThread = 65536;
constexpr int32_t kMostThreads = 1024;
/// With this, no size of a workspace overflows.
constexpr int64_t kMostElements = INT64_MAX >> 18;

int32_t check_codes(const char* operation, const yolo4j_depthwise& p) {
  int32_t status = check_float_type(operation, p.dtype);
  status = status == YOLO4J_OK ? check_layout(operation, p.layout) : status;
  status = status == YOLO4J_OK
               ? check_activation(operation, p.activation, YOLO4J_ACTIVATION_HARDSWISH)
               : status;
  return status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
}

int32_t check_kernel(const char* operation, const yolo4j_depthwise& p) {
  if ((p.kernel != 3 && p.kernel != 5) || (p.stride != 1 && p.stride != 2)) {
    return fail(YOLO4J_UNSUPPORTED, "%s: kernel must be 3 or 5 and stride 1 or 2, got %d and %d",
                operation, p.kernel, p.stride);
  }
  for (int32_t pad : {p.pad_top, p.pad_left, p.pad_bottom, p.pad_right}) {
    if (pad < 0 || pad >= p.kernel) {
      return fail(YOLO4J_INVALID_ARGUMENT, "%s: padding must be from 0 to %d, got %d, %d, %d, %d",
                  operation, p.kernel - 1, p.pad_top, p.pad_left, p.pad_bottom, p.pad_right);
    }
  }
  return YOLO4J_OK;
}

int32_t check_sizes(const char* operation, const yolo4j_depthwise& p) {
  bool positive = p.images > 0 && p.channels > 0 && p.height > 0 && p.width > 0;
  if (!positive || p.channels > kMostElements / p.images ||
      p.height > kMostElements / (p.images * p.channels) ||
      p.width > kMostElements / (p.images * p.channels * p.height)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: images, channels, height and width must be positive and their product below "
                "2^45, got %lld, %lld, %lld, %lld",
                operation, static_cast<long long>(p.images), static_cast<long long>(p.channels),
                static_cast<long long>(p.height), static_cast<long long>(p.width));
  }
  if (p.height + p.pad_top + p.pad_bottom < p.kernel ||
      p.width + p.pad_left + p.pad_right < p.kernel) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: height and width with their padding must be at least the kernel's %d, got "
                "%lld and %lld",
                operation, p.kernel, static_cast<long long>(p.height + p.pad_top + p.pad_bottom),
                static_cast<long long>(p.width + p.pad_left + p.pad_right));
  }
  return YOLO4J_OK;
}

int32_t read_convolution(const char* operation, const yolo4j_depthwise* given,
                         Convolution* convolution) {
  yolo4j_depthwise p;
  int32_t status = read_params(operation, given, sizeof(yolo4j_depthwise), &p);
  status = status == YOLO4J_OK ? check_codes(operation, p) : status;
  status = status == YOLO4J_OK ? check_kernel(operation, p) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  const Kernels* kernels = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  if (status == YOLO4J_OK) {
    *convolution =
        Convolution{kernels,
                    p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16,
                    p.activation,
                    useful_threads(p.threads < kMostThreads ? p.threads : kMostThreads,
                                   p.images * p.channels * p.height * p.width, kElementsForAThread),
                    p.images,
                    p.channels,
                    p.height,
                    p.width,
                    p.kernel,
                    p.stride,
                    p.pad_top,
                    p.pad_left,
                    (p.height + p.pad_top + p.pad_bottom - p.kernel) / p.stride + 1,
                    (p.width + p.pad_left + p.pad_right - p.kernel) / p.stride + 1,
                    p.layout == YOLO4J_LAYOUT_NCHW};
  }
  return status;
}

/// A convolution whose weights can be packed.
int32_t read_packable(const char* operation, const yolo4j_depthwise* given,
                      Convolution* convolution) {
  int32_t status = read_convolution(operation, given, convolution);
  if (status == YOLO4J_OK && convolution->nchw) {
    return fail(YOLO4J_UNSUPPORTED, "%s: weights are packed for NHWC, got NCHW", operation);
  }
  return status;
}

int32_t check_buffers(const char* operation, const Convolution& convolution, const Forward& b) {
  if (b.x == nullptr || (b.weight == nullptr && b.packed == nullptr) || b.y == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: x, weight and y must not be null, but weight where packed is given",
                operation);
  }
  if (b.packed != nullptr && convolution.nchw) {
    return fail(YOLO4J_UNSUPPORTED, "%s: packed weights are for NHWC, got NCHW", operation);
  }
  int32_t status = check_aligned(operation, convolution.element_size(),
                                 {{"x", b.x}, {"weight", b.weight}, {"y", b.y}});
  status = status == YOLO4J_OK
               ? check_aligned(operation, 4, {{"pooled", b.pooled}, {"packed", b.packed}})
               : status;
  return status == YOLO4J_OK
             ? check_workspace(operation, b.workspace, b.workspace_bytes, workspace(convolution))
             : status;
}

int32_t check_buffers(const char* operation, const Convolution& convolution, const Backward& b) {
  if (b.dy == nullptr || (b.dx != nullptr && b.weight == nullptr) ||
      (b.dweight != nullptr && b.x == nullptr)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: dy must not be null, nor weight where dx is wanted, nor x where dweight is",
                operation);
  }
  if (convolution.activation != YOLO4J_ACTIVATION_NONE) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be 0, got %d", operation,
                convolution.activation);
  }
  int32_t status = check_aligned(
      operation, convolution.element_size(),
      {{"x", b.x}, {"dy", b.dy}, {"weight", b.weight}, {"dx", b.dx}, {"dweight", b.dweight}});
  return status == YOLO4J_OK
             ? check_workspace(operation, b.workspace, b.workspace_bytes, workspace(convolution))
             : status;
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::depthwise

using yolo4j::depthwise::Backward;
using yolo4j::depthwise::Convolution;
using yolo4j::depthwise::Forward;

int32_t yolo4j_depthwise_output(const yolo4j_depthwise* convolution, int64_t* height,
                                int64_t* width) {
  const char* operation = "yolo4j_depthwise_output";
  Convolution checked;
  int32_t status = yolo4j::depthwise::read_convolution(operation, convolution, &checked);
  if (status == YOLO4J_OK && (height == nullptr || width == nullptr)) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: height and width must not be null",
                        operation);
  }
  if (status == YOLO4J_OK) {
    *height = checked.out_height;
    *width = checked.out_width;
  }
  return status;
}

int32_t yolo4j_depthwise_workspace(const yolo4j_depthwise* convolution, int64_t* bytes) {
  const char* operation = "yolo4j_depthwise_workspace";
  Convolution checked;
  int32_t status = yolo4j::depthwise::read_convolution(operation, convolution, &checked);
  if (status == YOLO4J_OK && bytes == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: bytes must not be null", operation);
  }
  if (status == YOLO4J_OK) {
    *bytes = yolo4j::depthwise::workspace(checked);
  }
  return status;
}

int32_t yolo4j_depthwise_packed_bytes(const yolo4j_depthwise* convolution, int64_t* bytes) {
  const char* operation = "yolo4j_depthwise_packed_bytes";
  Convolution checked;
  int32_t status = yolo4j::depthwise::read_packable(operation, convolution, &checked);
  if (status == YOLO4J_OK && bytes == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: bytes must not be null", operation);
  }
  if (status == YOLO4J_OK) {
    *bytes = checked.table() * 4;
  }
  return status;
}

int32_t yolo4j_depthwise_pack(const yolo4j_depthwise* convolution, const void* weight,
                              float* packed, int64_t bytes) {
  const char* operation = "yolo4j_depthwise_pack";
  Convolution checked;
  int32_t status = yolo4j::depthwise::read_packable(operation, convolution, &checked);
  if (status == YOLO4J_OK && (weight == nullptr || packed == nullptr)) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: weight and packed must not be null",
                        operation);
  }
  if (status == YOLO4J_OK && bytes < checked.table() * 4) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: packed must have %lld bytes, got %lld",
                        operation, static_cast<long long>(checked.table() * 4),
                        static_cast<long long>(bytes));
  }
  status = status == YOLO4J_OK
               ? yolo4j::check_aligned(operation, checked.element_size(), {{"weight", weight}})
               : status;
  status = status == YOLO4J_OK ? yolo4j::check_aligned(operation, 4, {{"packed", packed}}) : status;
  if (status == YOLO4J_OK) {
    yolo4j::depthwise::pack_forward(checked, weight, packed);
  }
  return status;
}

int32_t yolo4j_depthwise_forward(const yolo4j_depthwise* convolution,
                                 const yolo4j_depthwise_forward_buffers* buffers) {
  const char* operation = "yolo4j_depthwise_forward";
  Convolution checked;
  Forward b;
  int32_t status = yolo4j::depthwise::read_convolution(operation, convolution, &checked);
  status = status == YOLO4J_OK
               ? yolo4j::read_params(operation, buffers, offsetof(Forward, pooled), &b)
               : status;
  status = status == YOLO4J_OK ? yolo4j::depthwise::check_buffers(operation, checked, b) : status;
  if (status == YOLO4J_OK) {
    yolo4j::depthwise::forward(checked, b);
  }
  return status;
}

int32_t yolo4j_depthwise_backward(const yolo4j_depthwise* convolution,
                                  const yolo4j_depthwise_backward_buffers* buffers) {
  const char* operation = "yolo4j_depthwise_backward";
  Convolution checked;
  Backward b;
  int32_t status = yolo4j::depthwise::read_convolution(operation, convolution, &checked);
  status =
      status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof(Backward), &b) : status;
  status = status == YOLO4J_OK ? yolo4j::depthwise::check_buffers(operation, checked, b) : status;
  if (status == YOLO4J_OK && b.dx != nullptr) {
    yolo4j::depthwise::input_gradient(checked, b);
  }
  if (status == YOLO4J_OK && b.dweight != nullptr) {
    yolo4j::depthwise::weight_gradient(checked, b);
  }
  return status;
}
