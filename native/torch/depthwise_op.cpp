// Depthwise convolution as LibTorch operation. See README.md.
#include "torch/depthwise_op.h"

#include <atomic>
#include <cstddef>
#include <vector>

#include "simd/element.h"
#include "torch/convolution_op.h"
#include "torch/op.h"
#include "torch/place.h"
#include "torch/tensor.h"

namespace yolo4j::torch {
namespace {

constexpr char kName[] = "depthwise convolution";

std::atomic<int64_t> forward_runs{0};
std::atomic<int64_t> backward_runs{0};

void check_kind(const Tensor& x, const Tensor& weight, const ConvolutionArguments& numbers) {
  if (x.dim() != 4 || weight.dim() != 4) {
    refuse("%s: x and weight must have 4 dimensions, got %lld and %lld", kName,
           static_cast<long long>(x.dim()), static_cast<long long>(weight.dim()));
  }
  const int64_t* w = weight.sizes();
  int64_t channels = x.sizes()[1];
  if (numbers.transposed || numbers.groups != channels || w[0] != channels || w[1] != 1 ||
      w[2] != w[3] || numbers.dilation.at(0) != 1 || numbers.dilation.at(1) != 1 ||
      numbers.stride.at(0) != numbers.stride.at(1)) {
    refuse("%s: it must be square, with a kernel of its own for each channel and no dilation",
           kName);
  }
  // One channel in: NCHW and NHWC are the same.
  if (!dense_in(weight, YOLO4J_LAYOUT_NCHW) && !dense_in(weight, YOLO4J_LAYOUT_NHWC)) {
    refuse("%s: weight must be dense", kName);
  }
}

yolo4j_depthwise parameters(const Place& place, const Tensor& x, const Tensor& weight,
                            const ConvolutionArguments& numbers) {
  check_kind(x, weight, numbers);
  place.check(kName, "weight", weight);
  yolo4j_depthwise p = {};
  p.struct_size = sizeof p;
  p.dtype = place.dtype(kName, x);
  if (place.dtype(kName, weight) != p.dtype) {
    refuse("%s: x and weight must have the same type", kName);
  }
  // One that is dense in both, of one channel or pixel, may be either.
  p.layout = dense_in(x, YOLO4J_LAYOUT_NHWC) ? static_cast<int32_t>(YOLO4J_LAYOUT_NHWC)
                                             : layout_of(kName, x);
  p.threads = thread_count();
  p.kernel = static_cast<int32_t>(weight.sizes()[2]);
  p.stride = static_cast<int32_t>(numbers.stride.at(0));
  p.pad_top = p.pad_bottom = static_cast<int32_t>(numbers.padding.at(0));
  p.pad_left = p.pad_right = static_cast<int32_t>(numbers.padding.at(1));
  p.images = x.sizes()[0];
  p.channels = x.sizes()[1];
  p.height = x.sizes()[2];
  p.width = x.sizes()[3];
  return p;
}

int64_t workspace_bytes(const Place& place, const yolo4j_depthwise& p) {
  int64_t bytes = 0;
  check_status(place.on_gpu() ? functions.yolo4j_cuda_depthwise_workspace(&p, &bytes)
                              : functions.yolo4j_depthwise_workspace(&p, &bytes),
               "yolo4j_depthwise_workspace");
  return bytes;
}

Tensor output(const Place& place, const yolo4j_depthwise& p, int32_t dtype) {
  yolo4j_depthwise sized = p;
  // What the CPU's function knows; the type says nothing about sizes.
  sized.dtype = YOLO4J_DTYPE_F32;
  int64_t sizes[4] = {p.images, p.channels, 0, 0};
  check_status(functions.yolo4j_depthwise_output(&sized, &sizes[2], &sizes[3]),
               "yolo4j_depthwise_output");
  return Tensor::dense(sizes, p.layout, dtype, place.device());
}

/// The bias as the kernels take it; one of a half type is copied.
class Bias {
 public:
  Bias(const Place& place, const Tensor& bias, int64_t channels)
      : copy_(place.on_gpu() && is_half(place, bias) ? Tensor::vector(channels, place.device())
                                                     : Tensor()) {
    place.check(kName, "bias", bias);
    if (!is_half(place, bias)) {
      floats_ = bias.floats("bias", channels);
      return;
    }
    if (bias.dim() != 1 || bias.sizes()[0] != channels || bias.strides()[0] != 1) {
      refuse("%s: bias must be a dense vector of %lld elements", kName,
             static_cast<long long>(channels));
    }
    if (place.on_gpu()) {
      copy_.copy_from(bias);
      floats_ = static_cast<const float*>(copy_.data());
      return;
    }
    const uint16_t* halves = static_cast<const uint16_t*>(bias.data());
    for (int64_t c = 0; c < channels; c++) {
      wide_.push_back(static_cast<float>(value(halves + c)));
    }
    floats_ = wide_.data();
  }

  const float* floats() const { return floats_; }

 private:
  static bool is_half(const Place& place, const Tensor& bias) {
    return bias.defined() &&
           (bias.dtype() == functions.aoti_torch_dtype_bfloat16() ||
            (place.on_gpu() && bias.dtype() == functions.aoti_torch_dtype_float16()));
  }

  Tensor copy_;
  std::vector<float> wide_;
  const float* floats_ = nullptr;
};

/// The sum over all pixels, of a gradient that is dense in that layout.
Tensor bias_gradient(const Tensor& dy, int32_t layout) {
  if (kernel_dtype(kName, dy) != YOLO4J_DTYPE_F32) {
    refuse("%s: a bias must be float32", kName);
  }
  int64_t channels = dy.sizes()[1];
  int64_t pixels = dy.sizes()[2] * dy.sizes()[3];
  bool last = layout == YOLO4J_LAYOUT_NHWC;
  std::vector<double> sums(static_cast<std::size_t>(channels), 0.0);
  const float* values = static_cast<const float*>(dy.data());
  for (int64_t i = 0; i < dy.sizes()[0] * pixels * channels; i++) {
    int64_t channel = last ? i % channels : i / pixels % channels;
    sums[static_cast<std::size_t>(channel)] += static_cast<double>(values[i]);
  }
  Tensor gradient = Tensor::vector(channels);
  for (int64_t c = 0; c < channels; c++) {
    static_cast<float*>(gradient.data())[c] = static_cast<float>(sums[static_cast<std::size_t>(c)]);
  }
  return gradient;
}

}  // namespace

void depthwise_forward(Value* stack, bool gpu) {
  Tensor x = Tensor::argument(stack[0]);
  Tensor weight = Tensor::argument(stack[1]);
  Tensor bias = Tensor::optional_argument(stack[2]);
  ConvolutionArguments numbers(stack, 3);
  Place place = gpu ? Place::gpu_of(kName, x) : Place::cpu();
  yolo4j_depthwise p = parameters(place, x, weight, numbers);
  p.activation = static_cast<int32_t>(numbers.output_padding.at(0));
  int64_t bytes = workspace_bytes(place, p);
  Tensor y = output(place, p, x.dtype());
  Bias floats(place, bias, p.channels);
  Workspace memory(place, bytes);
  yolo4j_depthwise_forward_buffers buffers = {};
  buffers.struct_size = sizeof buffers;
  buffers.x = x.data();
  buffers.weight = weight.data();
  buffers.bias = floats.floats();
  buffers.y = y.data();
  buffers.workspace = memory.data();
  buffers.workspace_bytes = bytes;
  check_status(gpu ? functions.yolo4j_cuda_depthwise_forward(place.call(), &p, &buffers)
                   : functions.yolo4j_depthwise_forward(&p, &buffers),
               "yolo4j_depthwise_forward");
  forward_runs++;
  stack[0] = y.result();
}

void depthwise_backward(Value* stack, bool gpu) {
  Tensor dy = Tensor::argument(stack[0]);
  Tensor x = Tensor::argument(stack[1]);
  Tensor weight = Tensor::argument(stack[2]);
  ConvolutionArguments numbers(stack, 3);
  List wanted(stack[9]);
  Place place = gpu ? Place::gpu_of(kName, x) : Place::cpu();
  yolo4j_depthwise p = parameters(place, x, weight, numbers);
  place.check(kName, "the gradient", dy);
  if (dy.dim() != 4 || place.dtype(kName, dy) != p.dtype) {
    refuse("%s: the gradient must have x's type", kName);
  }
  if (numbers.output_padding.at(0) != YOLO4J_ACTIVATION_NONE) {
    refuse("%s: there is no gradient through an activation that was fused into it", kName);
  }
  if (gpu && wanted.flag(2)) {
    refuse("%s: a bias has no gradient on a GPU", kName);
  }
  Tensor dense = dy.made_dense(p.layout, place.device());
  const Tensor& gradient = dense.defined() ? dense : dy;
  int64_t bytes = workspace_bytes(place, p);
  Tensor dx = wanted.flag(0) ? x.like(place.device()) : Tensor::undefined();
  Tensor dweight = wanted.flag(1) ? weight.like(place.device()) : Tensor::undefined();
  Workspace memory(place, bytes);
  yolo4j_depthwise_backward_buffers buffers = {};
  buffers.struct_size = sizeof buffers;
  buffers.x = x.data();
  buffers.dy = gradient.data();
  buffers.weight = weight.data();
  buffers.dx = wanted.flag(0) ? dx.data() : nullptr;
  buffers.dweight = wanted.flag(1) ? dweight.data() : nullptr;
  buffers.workspace = memory.data();
  buffers.workspace_bytes = bytes;
  check_status(gpu ? functions.yolo4j_cuda_depthwise_backward(place.call(), &p, &buffers)
                   : functions.yolo4j_depthwise_backward(&p, &buffers),
               "yolo4j_depthwise_backward");
  backward_runs++;
  stack[0] = dx.result();
  stack[1] = dweight.result();
  stack[2] = (wanted.flag(2) ? bias_gradient(gradient, p.layout) : Tensor::undefined()).result();
}

int64_t depthwise_runs(bool backwards) { return backwards ? backward_runs : forward_runs; }

}  // namespace yolo4j::torch
