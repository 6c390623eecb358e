// Depthwise convolution on the device: checks and launches.
#include "cuda/depthwise.h"

#include "cuda/arguments.h"
#include "runtime/params.h"

namespace yolo4j::cuda {
namespace {

using Forward = yolo4j_depthwise_forward_buffers;
using Backward = yolo4j_depthwise_backward_buffers;

/// Pixels of a plane at most: kernels count them by an int.
constexpr int64_t kMostPixels = INT64_C(1) << 30;

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
  return check_activation(operation, p.activation, YOLO4J_ACTIVATION_HARDSWISH);
}

int32_t check_sizes(const char* operation, const yolo4j_depthwise& p) {
  int32_t status = check_product(operation, "images, channels, height and width",
                                 {p.images, p.channels, p.height, p.width}, kMostSide);
  if (status != YOLO4J_OK) {
    return status;
  }
  // Padding makes an output larger than the input by a few rows at most.
  if ((p.height + p.kernel) * (p.width + p.kernel) > kMostPixels) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: height times width, each with padding, must be up to 2^30, got %lld and %lld",
                operation, static_cast<long long>(p.height), static_cast<long long>(p.width));
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

int64_t workspace_bytes(const Depthwise& d) {
  MeanShape means = plan_means(d, plan_forward(d, false).shape);
  int64_t pooled = means.image_step * means.images;
  int64_t weight = plan_weight_gradient(d, false).shape.splits * d.weights();
  return 4 * (pooled > weight ? pooled : weight);
}

/// Whether four channels are one vector wherever they are loaded and stored.
bool vectors(const Depthwise& d, std::initializer_list<const void*> buffers) {
  return d.p.channels % 4 == 0 &&
         all_aligned(static_cast<std::uintptr_t>(4 * yolo4j_dtype_size(d.p.dtype)), buffers);
}

int32_t check_buffers(const char* operation, const Depthwise& d, const Forward& b) {
  int32_t status = check_not_null(operation, {{"x", b.x}, {"weight", b.weight}, {"y", b.y}});
  status = status == YOLO4J_OK ? check_aligned(operation, yolo4j_dtype_size(d.p.dtype),
                                               {{"x", b.x}, {"weight", b.weight}, {"y", b.y}})
                               : status;
  status = status == YOLO4J_OK
               ? check_aligned(operation, 4, {{"bias", b.bias}, {"pooled", b.pooled}})
               : status;
  // Only means need one.
  return status == YOLO4J_OK && b.pooled != nullptr
             ? check_workspace(operation, b.workspace, b.workspace_bytes, workspace_bytes(d))
             : status;
}

int32_t check_buffers(const char* operation, const Depthwise& d, const Backward& b) {
  if (b.dy == nullptr || (b.dx != nullptr && b.weight == nullptr) ||
      (b.dweight != nullptr && b.x == nullptr)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: dy must not be null, nor weight where dx is wanted, nor x where dweight is",
                operation);
  }
  if (d.p.activation != YOLO4J_ACTIVATION_NONE) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be 0, got %d", operation,
                d.p.activation);
  }
  int32_t status = check_aligned(
      operation, yolo4j_dtype_size(d.p.dtype),
      {{"x", b.x}, {"dy", b.dy}, {"weight", b.weight}, {"dx", b.dx}, {"dweight", b.dweight}});
  return status == YOLO4J_OK && b.dweight != nullptr
             ? check_workspace(operation, b.workspace, b.workspace_bytes, workspace_bytes(d))
             : status;
}

int32_t run_forward(Call& call, const Depthwise& d, const Forward& b) {
  Plan<DepthwiseShape> plan = plan_forward(d, vectors(d, {b.x, b.y}));
  float* partial = b.pooled == nullptr ? nullptr : static_cast<float*>(b.workspace);
  int32_t status = call.run(plan.kernel, plan.blocks, plan.threads, 0, b.x, b.weight, b.bias, b.y,
                            partial, plan.shape);
  if (status != YOLO4J_OK || b.pooled == nullptr) {
    return status;
  }
  MeanShape means = plan_means(d, plan.shape);
  return call.run(Kernel::mean_of_tiles, mean_blocks(means), kMeanThreads, 0, partial, b.pooled,
                  means);
}

int32_t run_input_gradient(Call& call, const Depthwise& d, const Backward& b) {
  Plan<DepthwiseShape> plan = plan_input_gradient(d, vectors(d, {b.dy, b.dx}));
  if (d.p.stride == 2) {
    return call.run(plan.kernel, plan.blocks, plan.threads, 0, b.dy, b.weight, b.dx, plan.shape);
  }
  const float* bias = nullptr;
  float* partial = nullptr;
  return call.run(plan.kernel, plan.blocks, plan.threads, 0, b.dy, b.weight, bias, b.dx, partial,
                  plan.shape);
}

int32_t run_weight_gradient(Call& call, const Depthwise& d, const Backward& b) {
  Plan<DepthwiseWeightShape> plan = plan_weight_gradient(d, vectors(d, {b.x, b.dy}));
  int32_t status =
      call.run(plan.kernel, plan.blocks, plan.threads, 0, b.x, b.dy, b.workspace, plan.shape);
  return status == YOLO4J_OK
             ? call.run(of_type(Kernel::weight_sum_f32, d.p.dtype), ceil_div(d.weights(), 256), 256,
                        0, b.workspace, b.dweight, d.weights(), plan.shape.splits)
             : status;
}

}  // namespace

int32_t read_depthwise(const char* operation, const yolo4j_depthwise* given, Depthwise* out) {
  yolo4j_depthwise& p = out->p;
  int32_t status = check_built(operation);
  status = status == YOLO4J_OK ? read_params(operation, given, sizeof p, &p) : status;
  status = status == YOLO4J_OK ? check_float_type(operation, p.dtype) : status;
  status = status == YOLO4J_OK ? check_layout(operation, p.layout) : status;
  status = status == YOLO4J_OK ? check_kernel(operation, p) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  if (status == YOLO4J_OK) {
    out->out_height =
        static_cast<int32_t>((p.height + p.pad_top + p.pad_bottom - p.kernel) / p.stride + 1);
    out->out_width =
        static_cast<int32_t>((p.width + p.pad_left + p.pad_right - p.kernel) / p.stride + 1);
  }
  return status;
}

}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;
using yolo4j::fail;
using yolo4j::read_params;

int32_t yolo4j_cuda_depthwise_workspace(const yolo4j_depthwise* convolution, int64_t* bytes) {
  const char* operation = "yolo4j_cuda_depthwise_workspace";
  Depthwise d;
  int32_t status = read_depthwise(operation, convolution, &d);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"bytes", bytes}}) : status;
  if (status == YOLO4J_OK) {
    *bytes = workspace_bytes(d);
  }
  return status;
}

int32_t yolo4j_cuda_depthwise_forward(const yolo4j_cuda_call* call,
                                      const yolo4j_depthwise* convolution,
                                      const yolo4j_depthwise_forward_buffers* buffers) {
  const char* operation = "yolo4j_cuda_depthwise_forward";
  Depthwise d;
  yolo4j_depthwise_forward_buffers b;
  int32_t status = read_depthwise(operation, convolution, &d);
  status = status == YOLO4J_OK ? read_params(operation, buffers, sizeof b, &b) : status;
  status = status == YOLO4J_OK ? check_buffers(operation, d, b) : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  return status == YOLO4J_OK ? run_forward(opened, d, b) : status;
}

int32_t yolo4j_cuda_depthwise_backward(const yolo4j_cuda_call* call,
                                       const yolo4j_depthwise* convolution,
                                       const yolo4j_depthwise_backward_buffers* buffers) {
  const char* operation = "yolo4j_cuda_depthwise_backward";
  Depthwise d;
  yolo4j_depthwise_backward_buffers b;
  int32_t status = read_depthwise(operation, convolution, &d);
  status = status == YOLO4J_OK ? read_params(operation, buffers, sizeof b, &b) : status;
  status = status == YOLO4J_OK ? check_buffers(operation, d, b) : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  if (status == YOLO4J_OK && b.dx != nullptr) {
    status = run_input_gradient(opened, d, b);
  }
  if (status == YOLO4J_OK && b.dweight != nullptr) {
    status = run_weight_gradient(opened, d, b);
  }
  return status;
}
