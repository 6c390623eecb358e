// Batch norm with activation as LibTorch operation. See README.md: cudnn_batch_norm has a schema
// and a formula for its derivative in every build of LibTorch, and nothing on the CPU; we are that.
#include "torch/batch_norm_op.h"

#include <atomic>
#include <cmath>
#include <cstring>

#include "torch/op.h"
#include "torch/tensor.h"

namespace yolo4j::torch {
namespace {

constexpr char kName[] = "fused batch norm";

std::atomic<int64_t> forward_runs{0};
std::atomic<int64_t> backward_runs{0};

double to_double(Value value) {
  double number;
  std::memcpy(&number, &value, sizeof number);
  return number;
}

yolo4j_batch_norm parameters(const Tensor& x, double epsilon) {
  if (x.dim() != 4) {
    refuse("fused batch norm: x must have 4 dimensions, got %lld", static_cast<long long>(x.dim()));
  }
  const int64_t* sizes = x.sizes();
  yolo4j_batch_norm norm = {};
  norm.struct_size = sizeof norm;
  norm.dtype = kernel_dtype(kName, x);
  norm.layout = layout_of(kName, x);
  norm.threads = thread_count();
  norm.images = sizes[0];
  norm.channels = sizes[1];
  norm.pixels = sizes[2] * sizes[3];
  norm.epsilon = epsilon;
  return norm;
}

int64_t workspace_bytes(const yolo4j_batch_norm& norm) {
  int64_t bytes = 0;
  check_status(functions.yolo4j_batch_norm_workspace(&norm, &bytes), "yolo4j_batch_norm_workspace");
  return bytes;
}

/// The reserve carries what backward can't know otherwise: the bias, then the activation.
Tensor reserve(const float* bias, int64_t channels, int32_t activation) {
  Tensor kept = Tensor::vector(channels + 1);
  float* values = static_cast<float*>(kept.data());
  for (int64_t c = 0; c < channels; c++) {
    values[c] = bias == nullptr ? 0 : bias[c];
  }
  values[channels] = static_cast<float>(activation);
  return kept;
}

/// cudnn_batch_norm(Tensor input, Tensor weight, Tensor? bias, Tensor? running_mean,
/// Tensor? running_var, bool training, float exponential_average_factor, float epsilon)
/// -> (Tensor output, Tensor mean, Tensor inverse_deviation, Tensor reserve)
void forward(Value* stack, uint64_t, uint64_t) {
  Tensor x = Tensor::argument(stack[0]);
  Tensor weight = Tensor::argument(stack[1]);
  Tensor bias = Tensor::optional_argument(stack[2]);
  Tensor running_mean = Tensor::optional_argument(stack[3]);
  Tensor running_variance = Tensor::optional_argument(stack[4]);
  bool training = (stack[5] & 0xff) != 0;
  double factor = to_double(stack[6]);
  if (!training) {
    refuse("fused batch norm: only training is implemented");
  }
  yolo4j_batch_norm norm = parameters(x, to_double(stack[7]));
  // The activation travels in the factor: momentum + 2·activation, momentum at most 1.
  double activation = std::floor(factor / 2);
  norm.activation = activation >= 0 && activation <= 255 ? static_cast<int32_t>(activation) : -1;
  norm.momentum = factor - 2 * activation;
  int64_t bytes = workspace_bytes(norm);
  Tensor y = x.like();
  Tensor mean = Tensor::vector(norm.channels);
  Tensor inverse_deviation = Tensor::vector(norm.channels);
  yolo4j_batch_norm_forward_buffers buffers = {};
  buffers.struct_size = sizeof buffers;
  buffers.x = x.data();
  buffers.weight = weight.floats("weight", norm.channels);
  buffers.bias = bias.floats("bias", norm.channels);
  buffers.running_mean = running_mean.floats("running_mean", norm.channels);
  buffers.running_variance = running_variance.floats("running_var", norm.channels);
  buffers.y = y.data();
  buffers.mean = static_cast<float*>(mean.data());
  buffers.inverse_deviation = static_cast<float*>(inverse_deviation.data());
  buffers.workspace = workspace(bytes);
  buffers.workspace_bytes = bytes;
  check_status(functions.yolo4j_batch_norm_forward(&norm, &buffers), "yolo4j_batch_norm_forward");
  forward_runs++;
  Tensor kept = reserve(buffers.bias, norm.channels, norm.activation);
  stack[0] = y.result();
  stack[1] = mean.result();
  stack[2] = inverse_deviation.result();
  stack[3] = kept.result();
}

/// cudnn_batch_norm_backward(Tensor input, Tensor grad_output, Tensor weight, Tensor? running_mean,
/// Tensor? running_var, Tensor? save_mean, Tensor? save_var, float epsilon, Tensor reserve)
/// -> (Tensor grad_input, Tensor grad_weight, Tensor grad_bias)
void backward(Value* stack, uint64_t, uint64_t) {
  Tensor x = Tensor::argument(stack[0]);
  Tensor dy = Tensor::argument(stack[1]);
  Tensor weight = Tensor::argument(stack[2]);
  Tensor running_mean = Tensor::optional_argument(stack[3]);
  Tensor running_variance = Tensor::optional_argument(stack[4]);
  Tensor mean = Tensor::optional_argument(stack[5]);
  Tensor inverse_deviation = Tensor::optional_argument(stack[6]);
  Tensor kept = Tensor::argument(stack[8]);
  yolo4j_batch_norm norm = parameters(x, to_double(stack[7]));
  if (dy.dim() != 4 || kernel_dtype(kName, dy) != norm.dtype || !dense_in(dy, norm.layout)) {
    refuse("fused batch norm: the gradient must have x's type and layout");
  }
  const float* reserved = kept.floats("reserve", norm.channels + 1);
  norm.activation = static_cast<int32_t>(reserved[norm.channels]);
  int64_t bytes = workspace_bytes(norm);
  Tensor dx = x.like();
  Tensor dweight = Tensor::vector(norm.channels);
  Tensor dbias = Tensor::vector(norm.channels);
  yolo4j_batch_norm_backward_buffers buffers = {};
  buffers.struct_size = sizeof buffers;
  buffers.x = x.data();
  buffers.dy = dy.data();
  buffers.weight = weight.floats("weight", norm.channels);
  buffers.bias = reserved;
  buffers.mean = mean.floats("mean", norm.channels);
  buffers.inverse_deviation = inverse_deviation.floats("inverse_deviation", norm.channels);
  buffers.dx = dx.data();
  buffers.dweight = static_cast<float*>(dweight.data());
  buffers.dbias = static_cast<float*>(dbias.data());
  buffers.workspace = workspace(bytes);
  buffers.workspace_bytes = bytes;
  check_status(functions.yolo4j_batch_norm_backward(&norm, &buffers), "yolo4j_batch_norm_backward");
  backward_runs++;
  stack[0] = dx.result();
  stack[1] = dweight.result();
  stack[2] = dbias.result();
}

}  // namespace

const char* register_batch_norm() {
  // Kept for the life of the process: deleting it would take the kernels out again.
  static Library library = nullptr;
  if (functions.aoti_torch_library_init_impl("aten", "CPU", __FILE__, __LINE__, &library) != 0 ||
      functions.aoti_torch_library_impl(library, "cudnn_batch_norm", forward) != 0 ||
      functions.aoti_torch_library_impl(library, "cudnn_batch_norm_backward", backward) != 0) {
    return "LibTorch refused to register the kernels of cudnn_batch_norm";
  }
  return nullptr;
}

int64_t batch_norm_runs(bool backwards) { return backwards ? backward_runs : forward_runs; }

}  // namespace yolo4j::torch
