// The public functions: checks, then the passes.
#include "depthwise/depthwise.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "depthwise/convolution.h"
#include "runtime/params.h"
#include "yolo4j.h"

namespace yolo4j::depthwise {
namespace {

/// Below so many elements of x a thread isn't worth waking.
constexpr int64_t kElementsForAThread = 16384;
constexpr int64_t kMostThreads = 1024;
/// With this, no size of a workspace overflows.
constexpr int64_t kMostElements = INT64_MAX >> 18;

int32_t check_codes(const char* operation, const yolo4j_depthwise& p) {
  if (p.dtype != YOLO4J_DTYPE_F32 && p.dtype != YOLO4J_DTYPE_BF16) {
    const char* name = yolo4j_dtype_name(p.dtype);
    return fail(YOLO4J_UNSUPPORTED, "%s: dtype must be f32 or bf16, got %s (%d)", operation,
                name == nullptr ? "none" : name, p.dtype);
  }
  if (p.layout != YOLO4J_LAYOUT_NCHW && p.layout != YOLO4J_LAYOUT_NHWC) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: layout must be 1 (NCHW) or 2 (NHWC), got %d",
                operation, p.layout);
  }
  if (p.activation < YOLO4J_ACTIVATION_NONE || p.activation > YOLO4J_ACTIVATION_HARDSWISH) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be from 0 to %d, got %d", operation,
                YOLO4J_ACTIVATION_HARDSWISH, p.activation);
  }
  if (p.threads < 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: threads must be at least 1, got %d", operation,
                p.threads);
  }
  return YOLO4J_OK;
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

int32_t useful_threads(const yolo4j_depthwise& p) {
  int64_t useful = p.images * p.channels * p.height * p.width / kElementsForAThread;
  useful = useful < 1 ? 1 : useful < kMostThreads ? useful : kMostThreads;
  return useful < p.threads ? static_cast<int32_t>(useful) : p.threads;
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
    *convolution = Convolution{kernels,
                               p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16,
                               p.activation,
                               useful_threads(p),
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

int32_t check_workspace(const char* operation, const Convolution& convolution, const void* given,
                        int64_t bytes) {
  int64_t needed = workspace(convolution);
  if (given == nullptr || reinterpret_cast<std::uintptr_t>(given) % 8 != 0 || bytes < needed) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: workspace must be aligned to 8 bytes and have %lld, got %lld at %p", operation,
                static_cast<long long>(needed), static_cast<long long>(bytes), given);
  }
  return YOLO4J_OK;
}

/// Elements are read as such, so they must lie as such.
int32_t check_aligned(const char* operation, const Convolution& convolution, const void* buffer,
                      const char* name) {
  if (reinterpret_cast<std::uintptr_t>(buffer) %
          static_cast<std::uintptr_t>(convolution.element_size()) !=
      0) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must be aligned to %lld bytes, got %p", operation,
                name, static_cast<long long>(convolution.element_size()), buffer);
  }
  return YOLO4J_OK;
}

int32_t check_buffers(const char* operation, const Convolution& convolution, const Forward& b) {
  if (b.x == nullptr || b.weight == nullptr || b.y == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: x, weight and y must not be null", operation);
  }
  int32_t status = check_aligned(operation, convolution, b.x, "x");
  status = status == YOLO4J_OK ? check_aligned(operation, convolution, b.weight, "weight") : status;
  status = status == YOLO4J_OK ? check_aligned(operation, convolution, b.y, "y") : status;
  if (status == YOLO4J_OK && reinterpret_cast<std::uintptr_t>(b.pooled) % 4 != 0) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: pooled must be aligned to 4 bytes, got %p", operation,
                static_cast<void*>(b.pooled));
  }
  return status == YOLO4J_OK
             ? check_workspace(operation, convolution, b.workspace, b.workspace_bytes)
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
  struct {
    const void* buffer;
    const char* name;
  } const buffers[] = {
      {b.x, "x"}, {b.dy, "dy"}, {b.weight, "weight"}, {b.dx, "dx"}, {b.dweight, "dweight"}};
  for (const auto& one : buffers) {
    int32_t status = check_aligned(operation, convolution, one.buffer, one.name);
    if (status != YOLO4J_OK) {
      return status;
    }
  }
  return check_workspace(operation, convolution, b.workspace, b.workspace_bytes);
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = KernelFamily<Kernels>(&kScalar)
#if defined(YOLO4J_X86)
                                                        .with(YOLO4J_ISA_AVX2, &kAvx2)
                                                        .with(YOLO4J_ISA_AVX512, &kAvx512)
#elif defined(YOLO4J_ARM64)
                                                        .with(YOLO4J_ISA_NEON, &kNeon)
#endif
      ;
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
