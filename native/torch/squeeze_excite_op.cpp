// Squeeze and excite as LibTorch operation. All that is learned is one vector, so that autograd
// sees an operation of two tensors: squeeze weights, excite weights, squeeze biases, excite biases.
// See README.md.
#include "torch/squeeze_excite_op.h"

#include <atomic>
#include <cstddef>
#include <optional>
#include <vector>

#include "simd/element.h"
#include "torch/convolution_op.h"
#include "torch/op.h"
#include "torch/place.h"
#include "torch/tensor.h"

namespace yolo4j::torch {
namespace {

constexpr char kName[] = "squeeze and excite";

std::atomic<int64_t> forward_runs{0};
std::atomic<int64_t> backward_runs{0};

yolo4j_squeeze_excite parameters(const Place& place, const Tensor& x, const Tensor& weight,
                                 const ConvolutionArguments& numbers) {
  if (x.dim() != 4 || weight.dim() != 1) {
    refuse("%s: x must have 4 dimensions and the weights 1, got %lld and %lld", kName,
           static_cast<long long>(x.dim()), static_cast<long long>(weight.dim()));
  }
  yolo4j_squeeze_excite p = {};
  p.struct_size = sizeof p;
  p.dtype = place.dtype(kName, x);
  place.check(kName, "the vector of weights", weight);
  p.layout = layout_of(kName, x);
  p.activation = static_cast<int32_t>(numbers.stride.at(0));
  p.gate = static_cast<int32_t>(numbers.stride.at(1));
  p.threads = thread_count();
  p.images = x.sizes()[0];
  p.channels = x.sizes()[1];
  p.pixels = x.sizes()[2] * x.sizes()[3];
  p.squeezed = numbers.groups;
  int64_t needed = 2 * p.channels * p.squeezed + p.squeezed + p.channels;
  if (place.dtype(kName, weight) != p.dtype || weight.strides()[0] != 1 ||
      weight.sizes()[0] != needed) {
    refuse("%s: the weights must be a dense vector of x's type and %lld elements, got %lld", kName,
           static_cast<long long>(needed), static_cast<long long>(weight.sizes()[0]));
  }
  return p;
}

int64_t workspace_bytes(const Place& place, const yolo4j_squeeze_excite& p) {
  int64_t bytes = 0;
  check_status(place.on_gpu() ? functions.yolo4j_cuda_squeeze_excite_workspace(&p, &bytes)
                              : functions.yolo4j_squeeze_excite_workspace(&p, &bytes),
               "yolo4j_squeeze_excite_workspace");
  return bytes;
}

/// The parts of the vector of what is learned, or of its gradient. The kernels take biases as
/// floats, so those of another type are copied.
class Learned {
 public:
  Learned(const Place& place, const yolo4j_squeeze_excite& p, const Tensor& vector)
      : p_(p),
        vector_(vector),
        data_(static_cast<char*>(vector.data())),
        floats_(is_f32() || place.on_gpu() ? 0 : static_cast<std::size_t>(biases_count())),
        copy_(is_f32() || !place.on_gpu() ? Tensor()
                                          : Tensor::vector(biases_count(), place.device())) {}

  void* squeeze_weight() const { return data_; }
  void* excite_weight() const { return at(p_.channels * p_.squeezed); }
  float* squeeze_bias() {
    return is_f32()          ? static_cast<float*>(biases())
           : copy_.defined() ? static_cast<float*>(copy_.data())
                             : floats_.data();
  }
  float* excite_bias() { return squeeze_bias() + p_.squeezed; }

  /// Before a run that reads the biases.
  Learned& read() {
    if (copy_.defined()) {
      copy_.copy_from(biases_part());
    }
    for (std::size_t i = 0; i < floats_.size(); i++) {
      floats_[i] = static_cast<float>(value(static_cast<uint16_t*>(biases()) + i));
    }
    return *this;
  }

  /// After a run that has written them.
  void write() {
    if (copy_.defined()) {
      biases_part().copy_from(copy_);
    }
    for (std::size_t i = 0; i < floats_.size(); i++) {
      put(static_cast<uint16_t*>(biases()) + i, static_cast<double>(floats_[i]));
    }
  }

 private:
  bool is_f32() const { return p_.dtype == YOLO4J_DTYPE_F32; }
  int64_t biases_count() const { return p_.squeezed + p_.channels; }
  int64_t biases_begin() const { return 2 * p_.channels * p_.squeezed; }
  Tensor biases_part() const { return vector_.part(biases_begin(), biases_count()); }
  void* at(int64_t element) const { return data_ + element * (is_f32() ? 4 : 2); }
  void* biases() const { return at(biases_begin()); }

  const yolo4j_squeeze_excite& p_;
  const Tensor& vector_;
  char* data_;
  std::vector<float> floats_;  // on the CPU
  Tensor copy_;                // on a GPU
};

}  // namespace

void squeeze_excite_forward(Value* stack, bool gpu) {
  Tensor x = Tensor::argument(stack[0]);
  Tensor weight = Tensor::argument(stack[1]);
  Tensor bias = Tensor::optional_argument(stack[2]);
  ConvolutionArguments numbers(stack, 3);
  Place place = gpu ? Place::gpu_of(kName, x) : Place::cpu();
  yolo4j_squeeze_excite p = parameters(place, x, weight, numbers);
  if (bias.defined()) {
    refuse("%s: the biases must stand behind the weights", kName);
  }
  int64_t bytes = workspace_bytes(place, p);
  Learned learned(place, p, weight);
  learned.read();
  Tensor y = x.like(place.device());
  Workspace memory(place, bytes);
  yolo4j_squeeze_excite_buffers buffers = {};
  buffers.struct_size = sizeof buffers;
  buffers.x = x.data();
  buffers.squeeze_weight = learned.squeeze_weight();
  buffers.squeeze_bias = learned.squeeze_bias();
  buffers.excite_weight = learned.excite_weight();
  buffers.excite_bias = learned.excite_bias();
  buffers.y = y.data();
  buffers.workspace = memory.data();
  buffers.workspace_bytes = bytes;
  check_status(gpu ? functions.yolo4j_cuda_squeeze_excite_run(place.call(), &p, &buffers)
                   : functions.yolo4j_squeeze_excite_run(&p, &buffers),
               "yolo4j_squeeze_excite_run");
  forward_runs++;
  stack[0] = y.result();
}

void squeeze_excite_backward(Value* stack, bool gpu) {
  Tensor dy = Tensor::argument(stack[0]);
  Tensor x = Tensor::argument(stack[1]);
  Tensor weight = Tensor::argument(stack[2]);
  ConvolutionArguments numbers(stack, 3);
  List wanted(stack[9]);
  Place place = gpu ? Place::gpu_of(kName, x) : Place::cpu();
  yolo4j_squeeze_excite p = parameters(place, x, weight, numbers);
  place.check(kName, "the gradient", dy);
  if (dy.dim() != 4 || place.dtype(kName, dy) != p.dtype) {
    refuse("%s: the gradient must have x's type", kName);
  }
  Tensor dense = dy.made_dense(p.layout, place.device());
  int64_t bytes = workspace_bytes(place, p);
  Learned learned(place, p, weight);
  learned.read();
  Tensor dx = wanted.flag(0) ? x.like(place.device()) : Tensor::undefined();
  Tensor dweight = wanted.flag(1) ? weight.like(place.device()) : Tensor::undefined();
  std::optional<Learned> gradients;
  Workspace memory(place, bytes);
  yolo4j_squeeze_excite_backward_buffers buffers = {};
  buffers.struct_size = sizeof buffers;
  buffers.x = x.data();
  buffers.dy = (dense.defined() ? dense : dy).data();
  buffers.squeeze_weight = learned.squeeze_weight();
  buffers.squeeze_bias = learned.squeeze_bias();
  buffers.excite_weight = learned.excite_weight();
  buffers.excite_bias = learned.excite_bias();
  buffers.dx = wanted.flag(0) ? dx.data() : nullptr;
  if (wanted.flag(1)) {
    gradients.emplace(place, p, dweight);
    buffers.dsqueeze_weight = gradients->squeeze_weight();
    buffers.dsqueeze_bias = gradients->squeeze_bias();
    buffers.dexcite_weight = gradients->excite_weight();
    buffers.dexcite_bias = gradients->excite_bias();
  }
  buffers.workspace = memory.data();
  buffers.workspace_bytes = bytes;
  check_status(gpu ? functions.yolo4j_cuda_squeeze_excite_backward(place.call(), &p, &buffers)
                   : functions.yolo4j_squeeze_excite_backward(&p, &buffers),
               "yolo4j_squeeze_excite_backward");
  if (gradients) {
    gradients->write();
  }
  backward_runs++;
  stack[0] = dx.result();
  stack[1] = dweight.result();
  stack[2] = Tensor::undefined().result();
}

int64_t squeeze_excite_runs(bool backwards) { return backwards ? backward_runs : forward_runs; }

}  // namespace yolo4j::torch
