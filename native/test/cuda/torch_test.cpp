// LibTorch's operations on GPUs, as LibTorch calls them: the registry's kernels with a stack of
// arguments, through the checks and the driver, against double precision.
#include <memory>
#include <stdexcept>

#include "buffers.h"
#include "cuda/fake_libtorch.h"
#include "cuda/squeeze_excite_reference.h"
#include "torch/convolution_op.h"
#include "torch/depthwise_op.h"
#include "torch/place.h"
#include "torch/squeeze_excite_op.h"

namespace {

using namespace cuda_test;
using fake_libtorch::list;
using fake_libtorch::Value;
using test_buffers::Noise;

constexpr char kForward[] = "convolution_overrideable";
constexpr char kBackward[] = "convolution_backward_overrideable";

fake_libtorch::Kernel kernel(const char* name) {
  for (const fake_libtorch::Registered& one : fake_libtorch::registered()) {
    if (one.key == "CUDA" && one.name == name) {
      return one.kernel;
    }
  }
  std::fprintf(stderr, "nothing is registered as %s\n", name);
  std::exit(1);
}

Value flags(bool a, bool b, bool c) { return list({a ? 1u : 0u, b ? 1u : 0u, c ? 1u : 0u}); }

std::vector<int64_t> strides(int32_t layout, const std::vector<int64_t>& n) {
  return layout == YOLO4J_LAYOUT_NHWC
             ? std::vector<int64_t>{n[1] * n[2] * n[3], 1, n[3] * n[1], n[1]}
             : std::vector<int64_t>{n[1] * n[2] * n[3], n[2] * n[3], n[3], 1};
}

/// A tensor of 4 dimensions over a buffer.
Value dense(Buffer& buffer, int32_t layout, const std::vector<int64_t>& sizes, int32_t device = 0) {
  return reinterpret_cast<Value>(
      fake_libtorch::tensor(sizes, strides(layout, sizes), fake_libtorch::dtype_of(buffer.dtype()),
                            buffer.device(), fake_libtorch::kCuda, device));
}

Value vector(Buffer& buffer, int32_t device = 0) {
  return reinterpret_cast<Value>(
      fake_libtorch::tensor({buffer.count()}, {1}, fake_libtorch::dtype_of(buffer.dtype()),
                            buffer.device(), fake_libtorch::kCuda, device));
}

void fill(Buffer& buffer, Noise& noise, float size) {
  for (int64_t i = 0; i < buffer.count(); i++) {
    buffer.set(i, size * noise.next());
  }
  buffer.upload();
}

/// Compares a result, then deletes it.
void compare_result(const std::string& problem, const char* what, Value result, int32_t dtype,
                    const std::vector<Expected>& expected) {
  CHECK(fake_libtorch::data_of(result) != nullptr);
  if (fake_libtorch::data_of(result) != nullptr) {
    Buffer copy(dtype, static_cast<int64_t>(expected.size()), Buffer::kOutput);
    std::memcpy(copy.as<char>(), fake_libtorch::data_of(result),
                expected.size() * static_cast<std::size_t>(yolo4j_dtype_size(dtype)));
    copy.upload();
    compare(problem, what, copy, expected);
  }
  fake_libtorch::release(result);
}

/// Runs what must throw; all arguments are gone behind it and nothing was launched.
void throws(fake_libtorch::Kernel kernel, Value* stack, const char* part) {
  std::string said = "nothing";
  try {
    kernel(stack, 0, 0);
  } catch (const std::runtime_error& e) {
    said = e.what();
  }
  check::contains(__FILE__, __LINE__, said.c_str(), part);
  CHECK_EQUAL(fake_libtorch::living(), 0);
}

struct Convolution {
  Convolution(int32_t dtype, int32_t layout, int32_t kernel, int32_t stride, int32_t bias_type)
      : x(dtype, 2 * 12 * 7 * 9, Buffer::kInput),
        weight(dtype, 12 * kernel * kernel, Buffer::kInput),
        bias(bias_type, 12, Buffer::kInput),
        dy(dtype, 2 * 12 * ((7 - 1) / stride + 1) * ((9 - 1) / stride + 1), Buffer::kInput) {
    p.struct_size = sizeof p;
    p.dtype = dtype;
    p.layout = layout;
    p.kernel = kernel;
    p.stride = stride;
    p.pad_top = p.pad_left = p.pad_bottom = p.pad_right = kernel / 2;
    p.images = 2;
    p.channels = 12;
    p.height = 7;
    p.width = 9;
    Noise noise(static_cast<uint32_t>(3 + kernel + stride));
    for (Buffer* buffer : {&x, &weight, &bias, &dy}) {
      fill(*buffer, noise, 1);
    }
  }

  std::string text() const {
    return std::string(type_name(p.dtype)) + " layout " + std::to_string(p.layout) + " kernel " +
           std::to_string(p.kernel) + " stride " + std::to_string(p.stride);
  }
  std::vector<int64_t> in() const { return {p.images, p.channels, p.height, p.width}; }
  std::vector<int64_t> out() const {
    return {p.images, p.channels, (p.height - 1) / p.stride + 1, (p.width - 1) / p.stride + 1};
  }
  Value weights(int32_t device = 0) {
    return dense(weight, YOLO4J_LAYOUT_NCHW, {p.channels, 1, p.kernel, p.kernel}, device);
  }
  /// From the stride to the groups, at a place of the stack.
  void numbers(Value* at, int32_t activation = 0) const {
    Value stride = static_cast<Value>(p.stride);
    Value padding = static_cast<Value>(p.pad_top);
    at[0] = list({stride, stride});
    at[1] = list({padding, padding});
    at[2] = list({1, 1});
    at[3] = 0;
    at[4] = list({static_cast<Value>(activation), 0});
    at[5] = static_cast<Value>(p.channels);
  }

  yolo4j_depthwise p = {};
  Buffer x, weight, bias, dy;
};

/// The stream is LibTorch's current one of x's device, and results are there.
void depthwise_forward_matches(int32_t dtype, int32_t layout, int32_t kernel_size, int32_t stride,
                               int32_t device) {
  // A half bias is turned to floats by LibTorch's copy.
  bool half_bias = dtype != YOLO4J_DTYPE_F32 && stride == 2;
  Convolution c(dtype, layout, kernel_size, stride, half_bias ? dtype : YOLO4J_DTYPE_F32);
  c.p.activation = YOLO4J_ACTIVATION_HARDSWISH;
  DepthwiseExpected expected(c.p, c.x, c.weight, &c.bias, c.dy);
  Value stack[9] = {
      dense(c.x, layout, c.in(), device), c.weights(device),
      fake_libtorch::optional(reinterpret_cast<fake_libtorch::Handle>(vector(c.bias, device)))};
  c.numbers(stack + 3, YOLO4J_ACTIVATION_HARDSWISH);
  int64_t copies = fake_libtorch::copies();
  kernel(kForward)(stack, 9, 1);
  CHECK_EQUAL(fake_libtorch::copies() - copies, half_bias ? 1 : 0);
  CHECK(memory().last_stream() == fake_libtorch::stream_of(device));
  CHECK_EQUAL(fake_libtorch::device_of(stack[0]), device);
  CHECK(fake_libtorch::strides_of(stack[0]) == strides(layout, c.out()));
  compare_result(c.text(), "y", stack[0], dtype, expected.y);
  CHECK_EQUAL(fake_libtorch::living(), 0);
}

/// A gradient in the other layout is copied to x's.
void depthwise_backward_matches(int32_t dtype, int32_t layout, int32_t kernel_size, int32_t stride,
                                bool other_layout) {
  Convolution c(dtype, layout, kernel_size, stride, YOLO4J_DTYPE_F32);
  DepthwiseExpected expected(c.p, c.x, c.weight, nullptr, c.dy);
  Buffer turned(dtype, c.dy.count(), Buffer::kInput);
  int32_t other = layout == YOLO4J_LAYOUT_NHWC ? YOLO4J_LAYOUT_NCHW : YOLO4J_LAYOUT_NHWC;
  int64_t pixels = c.out()[2] * c.out()[3];
  for (int64_t i = 0; i < c.dy.count(); i++) {
    int64_t image = i / (12 * pixels);
    int64_t channel = i / pixels % 12;
    turned.set(place(other, image, channel, i % pixels, 12, pixels),
               static_cast<float>(c.dy.get(place(layout, image, channel, i % pixels, 12, pixels))));
  }
  turned.upload();
  Value stack[10] = {other_layout ? dense(turned, other, c.out()) : dense(c.dy, layout, c.out()),
                     dense(c.x, layout, c.in()), c.weights()};
  c.numbers(stack + 3);
  stack[9] = flags(true, true, false);
  int64_t copies = fake_libtorch::copies();
  kernel(kBackward)(stack, 10, 3);
  CHECK_EQUAL(fake_libtorch::copies() - copies, other_layout ? 1 : 0);
  CHECK(memory().last_stream() == fake_libtorch::stream_of(0));
  CHECK(fake_libtorch::data_of(stack[2]) == nullptr);
  compare_result(c.text(), "dx", stack[0], dtype, expected.dx);
  compare_result(c.text(), "dweight", stack[1], dtype, expected.dweight);
  fake_libtorch::release(stack[2]);
  CHECK_EQUAL(fake_libtorch::living(), 0);
}

void depthwise_refusals_are_named() {
  Convolution c(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NCHW, 3, 1, YOLO4J_DTYPE_F32);
  void* stream = memory().last_stream();
  Value on_cpu = reinterpret_cast<Value>(
      fake_libtorch::tensor(c.in(), strides(YOLO4J_LAYOUT_NCHW, c.in()), fake_libtorch::kFloat32,
                            c.x.device(), fake_libtorch::kCpu));
  Value first[9] = {on_cpu, c.weights(), 0};
  c.numbers(first + 3);
  throws(kernel(kForward), first, "x must be on a GPU");
  Value second[9] = {dense(c.x, YOLO4J_LAYOUT_NCHW, c.in()), c.weights(1), 0};
  c.numbers(second + 3);
  throws(kernel(kForward), second, "weight must be on GPU 0, where x is");
  Value third[10] = {dense(c.dy, YOLO4J_LAYOUT_NCHW, c.out()),
                     dense(c.x, YOLO4J_LAYOUT_NCHW, c.in()), c.weights()};
  c.numbers(third + 3);
  third[9] = flags(true, true, true);
  throws(kernel(kBackward), third, "a bias has no gradient on a GPU");
  Value fourth[9] = {dense(c.x, YOLO4J_LAYOUT_NCHW, c.in()), c.weights(), 0};
  c.numbers(fourth + 3, 99);
  throws(kernel(kForward), fourth, "activation must be from 0 to");
  Convolution half(YOLO4J_DTYPE_F16, YOLO4J_LAYOUT_NCHW, 3, 1, YOLO4J_DTYPE_F32);
  Value fifth[9] = {dense(half.x, YOLO4J_LAYOUT_NCHW, c.in()), c.weights(), 0};
  c.numbers(fifth + 3);
  throws(kernel(kForward), fifth, "x and weight must have the same type");
  CHECK(memory().last_stream() == stream);
}

struct Block {
  Block(int32_t dtype, int32_t layout)
      : x(dtype, 3 * 20 * 4 * 5, Buffer::kInput),
        dy(dtype, x.count(), Buffer::kInput),
        learned(dtype, 2 * 20 * 6 + 6 + 20, Buffer::kInput),
        squeeze_weight(dtype, 20 * 6, Buffer::kInput),
        squeeze_bias(YOLO4J_DTYPE_F32, 6, Buffer::kInput),
        excite_weight(dtype, 20 * 6, Buffer::kInput),
        excite_bias(YOLO4J_DTYPE_F32, 20, Buffer::kInput) {
    p.struct_size = sizeof p;
    p.dtype = dtype;
    p.layout = layout;
    p.activation = YOLO4J_ACTIVATION_SILU;
    p.gate = YOLO4J_ACTIVATION_SIGMOID;
    p.images = 3;
    p.channels = 20;
    p.pixels = 4 * 5;
    p.squeezed = 6;
    Noise noise(17);
    fill(x, noise, 1);
    fill(dy, noise, 1);
    fill(learned, noise, 0.5f);
    int64_t at = 0;
    for (Buffer* part : {&squeeze_weight, &excite_weight, &squeeze_bias, &excite_bias}) {
      for (int64_t i = 0; i < part->count(); i++) {
        part->set(i, static_cast<float>(learned.get(at++)));
      }
    }
  }

  SqueezeExciteGradients expected() {
    return SqueezeExciteGradients(
        p, {x, dy, squeeze_weight, squeeze_bias, excite_weight, excite_bias, true});
  }
  void numbers(Value* at) const {
    at[0] = list({static_cast<Value>(p.activation), static_cast<Value>(p.gate)});
    at[1] = list({0, 0});
    at[2] = list({0, 0});
    at[3] = 0;
    at[4] = list({0, 0});
    at[5] = static_cast<Value>(p.squeezed);
  }

  yolo4j_squeeze_excite p = {};
  Buffer x, dy, learned, squeeze_weight, squeeze_bias, excite_weight, excite_bias;
};

const std::vector<int64_t> kBlockSizes = {3, 20, 4, 5};

void squeeze_excite_matches(int32_t dtype, int32_t layout) {
  Block b(dtype, layout);
  SqueezeExciteGradients expected = b.expected();
  std::string text = std::string("squeeze and excite ") + type_name(dtype);
  Value stack[10] = {dense(b.x, layout, kBlockSizes, 1), vector(b.learned, 1), 0};
  b.numbers(stack + 3);
  kernel(kForward)(stack, 9, 1);
  CHECK(memory().last_stream() == fake_libtorch::stream_of(1));
  CHECK(fake_libtorch::strides_of(stack[0]) == strides(layout, kBlockSizes));
  compare_result(text, "y", stack[0], dtype, expected.y);
  stack[0] = dense(b.dy, layout, kBlockSizes);
  stack[1] = dense(b.x, layout, kBlockSizes);
  stack[2] = vector(b.learned);
  b.numbers(stack + 3);
  stack[9] = flags(true, true, false);
  kernel(kBackward)(stack, 10, 3);
  CHECK(memory().last_stream() == fake_libtorch::stream_of(0));
  std::vector<Expected> all = expected.dsqueeze_weight;
  for (const std::vector<Expected>* part :
       {&expected.dexcite_weight, &expected.dsqueeze_bias, &expected.dexcite_bias}) {
    all.insert(all.end(), part->begin(), part->end());
  }
  compare_result(text, "dx", stack[0], dtype, expected.dx);
  compare_result(text, "gradient of what is learned", stack[1], dtype, all);
  fake_libtorch::release(stack[2]);
  CHECK_EQUAL(fake_libtorch::living(), 0);
}

/// Only what is asked for.
void squeeze_excite_leaves_out() {
  Block b(YOLO4J_DTYPE_F16, YOLO4J_LAYOUT_NHWC);
  Value stack[10] = {dense(b.dy, b.p.layout, kBlockSizes), dense(b.x, b.p.layout, kBlockSizes),
                     vector(b.learned)};
  b.numbers(stack + 3);
  stack[9] = flags(true, false, false);
  kernel(kBackward)(stack, 10, 3);
  CHECK(fake_libtorch::data_of(stack[1]) == nullptr);
  compare_result("only dx", "dx", stack[0], b.p.dtype, b.expected().dx);
  fake_libtorch::release(stack[1]);
  fake_libtorch::release(stack[2]);
  Value other[9] = {dense(b.x, b.p.layout, kBlockSizes), vector(b.learned, 1), 0};
  b.numbers(other + 3);
  throws(kernel(kForward), other, "the vector of weights must be on GPU 0, where x is");
}

/// cuDNN's batch norm, whose name ours has on the CPU, must stay what it is on a GPU.
void registers_only_what_is_free() {
  CHECK_TEXT(yolo4j::torch::resolve_cuda(), "libtorch_cuda.so is not loaded in this process");
  const char* failure = yolo4j::torch::register_convolution_on_gpus();
  CHECK(failure == nullptr);
  CHECK_EQUAL(static_cast<int64_t>(fake_libtorch::registered().size()), 2);
  for (const fake_libtorch::Registered& one : fake_libtorch::registered()) {
    CHECK_TEXT(one.key.c_str(), "CUDA");
    CHECK(one.name == kForward || one.name == kBackward);
  }
}

/// What steps are timed on.
void current_stream_is_libtorchs() {
  for (int32_t device : {0, 1}) {
    CHECK(yolo4j::torch::current_stream(device) ==
          static_cast<int64_t>(reinterpret_cast<intptr_t>(fake_libtorch::stream_of(device))));
  }
  auto known = yolo4j::torch::functions.aoti_torch_get_current_cuda_stream;
  yolo4j::torch::functions.aoti_torch_get_current_cuda_stream = [](int32_t, void**) { return 1; };
  CHECK_EQUAL(yolo4j::torch::current_stream(0), -1);
  // Looked for in this process, which has no LibTorch.
  yolo4j::torch::functions.aoti_torch_get_current_cuda_stream = nullptr;
  CHECK_EQUAL(yolo4j::torch::current_stream(0), -1);
  yolo4j::torch::functions.aoti_torch_get_current_cuda_stream = known;
}

}  // namespace

int main() {
  memory();
  if (memory().last_stream == nullptr) {
    std::fprintf(stderr, "skipped: the test's streams and second device are the fake driver's\n");
    return 0;
  }
  fake_libtorch::install();
  registers_only_what_is_free();
  depthwise_refusals_are_named();
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    for (int32_t dtype : kFloatTypes) {
      for (int32_t kernel_size : {3, 5}) {
        for (int32_t stride : {1, 2}) {
          depthwise_forward_matches(dtype, layout, kernel_size, stride, stride - 1);
          depthwise_backward_matches(dtype, layout, kernel_size, stride, stride == 2);
        }
      }
      squeeze_excite_matches(dtype, layout);
    }
  }
  squeeze_excite_leaves_out();
  current_stream_is_libtorchs();
  CHECK(yolo4j::torch::depthwise_runs(false) == 24 && yolo4j::torch::depthwise_runs(true) == 24);
  CHECK(yolo4j::torch::squeeze_excite_runs(false) == 6);
  return check::result();
}
