// Depthwise convolution on the device against its definition: both layouts, all types, sides,
// strides and paddings of interest, sizes around every tile.
#include <limits>
#include <memory>

#include "buffers.h"
#include "cuda/depthwise_reference.h"

namespace {

using namespace cuda_test;
using test_buffers::Noise;

struct Padding {
  int32_t top, left, bottom, right;
};

yolo4j_depthwise convolution(int32_t dtype, int32_t layout, int32_t kernel, int32_t stride,
                             Padding pad) {
  yolo4j_depthwise p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.layout = layout;
  p.kernel = kernel;
  p.stride = stride;
  p.pad_top = pad.top;
  p.pad_left = pad.left;
  p.pad_bottom = pad.bottom;
  p.pad_right = pad.right;
  p.images = 1;
  p.channels = 8;
  p.height = 7;
  p.width = 10;
  return p;
}

std::string text(const yolo4j_depthwise& p) {
  auto number = [](int64_t n) { return std::to_string(n); };
  return std::string(type_name(p.dtype)) + " layout " + number(p.layout) + " [" + number(p.images) +
         "," + number(p.channels) + "," + number(p.height) + "," + number(p.width) + "] kernel " +
         number(p.kernel) + " stride " + number(p.stride) + " pad " + number(p.pad_top) + "," +
         number(p.pad_left) + " activation " + number(p.activation);
}

void fill(Buffer& buffer, Noise& noise, float size) {
  for (int64_t i = 0; i < buffer.count(); i++) {
    buffer.set(i, size * noise.next());
  }
  buffer.upload();
}

/// One problem with its buffers.
struct Run {
  explicit Run(const yolo4j_depthwise& problem, int64_t shift)
      : p(problem),
        outputs(p.images * p.channels *
                ((p.height + p.pad_top + p.pad_bottom - p.kernel) / p.stride + 1) *
                ((p.width + p.pad_left + p.pad_right - p.kernel) / p.stride + 1)),
        x(p.dtype, p.images * p.channels * p.height * p.width, Buffer::kInput, shift),
        weight(p.dtype, p.channels * p.kernel * p.kernel, Buffer::kInput),
        bias(YOLO4J_DTYPE_F32, p.channels, Buffer::kInput),
        dy(p.dtype, outputs, Buffer::kInput, shift),
        y(p.dtype, outputs, Buffer::kOutput, shift),
        pooled(YOLO4J_DTYPE_F32, p.images * p.channels, Buffer::kOutput),
        dx(p.dtype, x.count(), Buffer::kOutput, shift),
        dweight(p.dtype, weight.count(), Buffer::kOutput) {
    Noise noise(static_cast<uint32_t>(3 + p.channels + 31 * p.width));
    fill(x, noise, 2);
    fill(weight, noise, 1);
    fill(bias, noise, 1);
    fill(dy, noise, 1);
    int64_t bytes = 0;
    succeeded(text(p), yolo4j_cuda_depthwise_workspace(&p, &bytes));
    CHECK(bytes > 0 && bytes % 4 == 0);
    workspace = std::make_unique<Buffer>(YOLO4J_DTYPE_F32, bytes / 4, Buffer::kOutput);
    workspace_bytes = bytes;
  }

  int32_t forward(bool with_bias, bool with_pooled) {
    yolo4j_depthwise_forward_buffers b = {};
    b.struct_size = sizeof b;
    b.x = x.device();
    b.weight = weight.device();
    b.bias = with_bias ? static_cast<float*>(bias.device()) : nullptr;
    b.y = y.device();
    b.pooled = with_pooled ? static_cast<float*>(pooled.device()) : nullptr;
    b.workspace = workspace->device();
    b.workspace_bytes = workspace_bytes;
    return yolo4j_cuda_depthwise_forward(call(), &p, &b);
  }

  int32_t backward() {
    yolo4j_depthwise linear = p;
    linear.activation = YOLO4J_ACTIVATION_NONE;
    yolo4j_depthwise_backward_buffers b = {};
    b.struct_size = sizeof b;
    b.x = x.device();
    b.dy = dy.device();
    b.weight = weight.device();
    b.dx = dx.device();
    b.dweight = dweight.device();
    b.workspace = workspace->device();
    b.workspace_bytes = workspace_bytes;
    return yolo4j_cuda_depthwise_backward(call(), &linear, &b);
  }

  yolo4j_depthwise p;
  int64_t outputs;
  Buffer x, weight, bias, dy, y, pooled, dx, dweight;
  std::unique_ptr<Buffer> workspace;
  int64_t workspace_bytes = 0;
};

void matches(const yolo4j_depthwise& p, bool with_bias, bool with_pooled, int64_t shift) {
  Run run(p, shift);
  succeeded(text(p), run.forward(with_bias, with_pooled));
  succeeded(text(p), run.backward());
  DepthwiseExpected expected(p, run.x, run.weight, with_bias ? &run.bias : nullptr, run.dy);
  compare(text(p), "y", run.y, expected.y);
  compare(text(p), "dx", run.dx, expected.dx);
  compare(text(p), "dweight", run.dweight, expected.dweight);
  if (with_pooled) {
    compare(text(p), "pooled", run.pooled, expected.pooled);
  } else {
    CHECK(run.pooled.untouched());
  }
  run.workspace->download();
  CHECK(run.workspace->guards_intact());
}

/// What varies besides the size takes turns, so that each meets the others somewhere.
void sizes_match(int32_t dtype, int32_t layout, int32_t kernel, int32_t stride) {
  struct Size {
    int64_t images, channels, height, width;
  };
  const Size sizes[] = {{3, 17, 3, 4},  {1, 8, 5, 5},   {3, 3, 7, 13},  {1, 3, 15, 31},
                        {3, 1, 16, 32}, {1, 4, 17, 33}, {1, 1, 35, 67}, {1, 129, 3, 6},
                        {2, 40, 6, 9},  {1, 128, 4, 4}, {3, 8, 1, 1},   {1, 2, 33, 34}};
  int32_t half = kernel / 2;
  const Padding paddings[] = {{half, half, half, half},
                              {0, 0, 0, 0},
                              {0, 1, kernel - 1, 2},
                              {kernel - 1, kernel - 1, 0, 0}};
  int turn = static_cast<int>(kernel + stride + dtype);
  for (const Size& size : sizes) {
    for (int i = 0; i < 2; i++, turn++) {
      yolo4j_depthwise p = convolution(dtype, layout, kernel, stride, paddings[(turn + i) % 4]);
      p.images = size.images;
      p.channels = size.channels;
      p.height = size.height;
      p.width = size.width;
      p.activation = turn % 5;
      // Channels beside each other are NHWC's matter; planes are all alike.
      bool wanted = layout == YOLO4J_LAYOUT_NHWC || p.channels < 20;
      if (wanted && p.height + p.pad_top + p.pad_bottom >= kernel &&
          p.width + p.pad_left + p.pad_right >= kernel) {
        matches(p, turn % 2 == 0, turn % 3 != 0, turn % 4 == 1 ? 1 : 0);
      }
    }
  }
}

/// More than one split, band and run a thread.
void large_sums_match() {
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    yolo4j_depthwise p = convolution(YOLO4J_DTYPE_F32, layout, 3, 1, {1, 1, 1, 1});
    p.images = 2;
    p.channels = 4;
    p.height = 83;
    p.width = 101;
    matches(p, false, true, 0);
  }
  // 512 blocks an image aren't enough: a thread does several runs.
  yolo4j_depthwise p = convolution(YOLO4J_DTYPE_BF16, YOLO4J_LAYOUT_NHWC, 3, 2, {1, 1, 1, 1});
  p.channels = 1;
  p.height = 2;
  p.width = 2 * 4 * 512 * 256 + 6;
  Run run(p, 0);
  succeeded(text(p), run.forward(true, true));
  DepthwiseExpected expected(p, run.x, run.weight, &run.bias, run.dy);
  compare(text(p), "y", run.y, expected.y);
  compare(text(p), "pooled", run.pooled, expected.pooled);
}

void runs_give_the_same_bits() {
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    yolo4j_depthwise p = convolution(YOLO4J_DTYPE_F32, layout, 5, 1, {2, 2, 2, 2});
    p.height = 40;
    p.width = 45;
    Run one(p, 0);
    Run two(p, 0);
    for (Run* run : {&one, &two}) {
      succeeded(text(p), run->forward(true, true));
      succeeded(text(p), run->backward());
      run->dweight.download();
      run->pooled.download();
    }
    CHECK(one.dweight.bytes() == two.dweight.bytes());
    CHECK(one.pooled.bytes() == two.pooled.bytes());
  }
}

/// A NaN reaches the outputs whose window holds it, in its channel, and no other.
void nan_stays_in_its_window() {
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    yolo4j_depthwise p = convolution(YOLO4J_DTYPE_F32, layout, 3, 1, {1, 1, 1, 1});
    p.channels = 17;
    p.height = 12;
    p.width = 34;
    Run run(p, 0);
    run.x.set(place(layout, 0, 16, 5 * p.width + 32, 17, 12 * 34),
              std::numeric_limits<float>::quiet_NaN());
    run.x.upload();
    succeeded(text(p), run.forward(false, false));
    run.y.download();
    int64_t count = 0;
    for (int64_t channel = 0; channel < 17; channel++) {
      for (int64_t pixel = 0; pixel < 12 * 34; pixel++) {
        if (std::isnan(run.y.get(place(layout, 0, channel, pixel, 17, 12 * 34)))) {
          count++;
          CHECK(channel == 16 && std::abs(pixel / 34 - 5) <= 1 && std::abs(pixel % 34 - 32) <= 1);
        }
      }
    }
    CHECK_EQUAL(count, 9);
  }
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_depthwise::*field, Value value, int32_t status, const char* part) {
  yolo4j_depthwise p = convolution(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NHWC, 3, 2, {1, 1, 1, 1});
  p.*field = static_cast<Field>(value);
  int64_t bytes = -7;
  CHECK_REFUSED(yolo4j_cuda_depthwise_workspace(&p, &bytes), status, part);
  CHECK_EQUAL(bytes, -7);
  yolo4j_depthwise_forward_buffers b = {};
  b.struct_size = sizeof b;
  CHECK_REFUSED(yolo4j_cuda_depthwise_forward(call(), &p, &b), status, part);
}

void wrong_parameters_are_named() {
  using P = yolo4j_depthwise;
  refused_with(&P::struct_size, 8, YOLO4J_INVALID_ARGUMENT, "struct_size must be from");
  refused_with(&P::dtype, YOLO4J_DTYPE_I8, YOLO4J_UNSUPPORTED, "must be f32, f16 or bf16, got i8");
  refused_with(&P::dtype, 99, YOLO4J_UNSUPPORTED, "got none (99)");
  refused_with(&P::layout, 3, YOLO4J_INVALID_ARGUMENT, "layout must be 1 (NCHW) or 2 (NHWC)");
  refused_with(&P::activation, 5, YOLO4J_INVALID_ARGUMENT, "activation must be from 0 to 4, got 5");
  refused_with(&P::kernel, 4, YOLO4J_UNSUPPORTED, "kernel must be 3 or 5 and stride 1 or 2");
  refused_with(&P::stride, 3, YOLO4J_UNSUPPORTED, "got 3 and 3");
  refused_with(&P::pad_left, 3, YOLO4J_INVALID_ARGUMENT, "padding must be from 0 to 2, got 1, 3");
  refused_with(&P::images, 0, YOLO4J_INVALID_ARGUMENT, "must be from 1 to");
  refused_with(&P::width, -1, YOLO4J_INVALID_ARGUMENT, "must be from 1 to");
  refused_with(&P::channels, INT64_MAX, YOLO4J_INVALID_ARGUMENT, "their product up to 2^48");
  refused_with(&P::height, INT64_C(1) << 28, YOLO4J_INVALID_ARGUMENT, "up to 2^30");
}

void wrong_buffers_are_named_and_untouched() {
  yolo4j_depthwise p = convolution(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NHWC, 3, 2, {1, 1, 1, 1});
  Run run(p, 0);
  yolo4j_depthwise_forward_buffers f = {};
  f.struct_size = sizeof f;
  f.weight = run.weight.device();
  f.y = run.y.device();
  CHECK_REFUSED(yolo4j_cuda_depthwise_forward(call(), &p, &f), YOLO4J_INVALID_ARGUMENT,
                "x must not be null");
  f.x = static_cast<char*>(run.x.device()) + 1;
  CHECK_REFUSED(yolo4j_cuda_depthwise_forward(call(), &p, &f), YOLO4J_INVALID_ARGUMENT,
                "x must be aligned to 4 bytes");
  f.x = run.x.device();
  f.pooled = static_cast<float*>(run.pooled.device());
  CHECK_REFUSED(yolo4j_cuda_depthwise_forward(call(), &p, &f), YOLO4J_INVALID_ARGUMENT,
                "workspace must be aligned to 16 bytes and have");
  f.workspace = run.workspace->device();
  f.workspace_bytes = run.workspace_bytes - 1;
  CHECK_REFUSED(yolo4j_cuda_depthwise_forward(call(), &p, &f), YOLO4J_INVALID_ARGUMENT,
                "workspace must be");
  f.workspace_bytes = run.workspace_bytes;
  f.struct_size = 4;
  CHECK_REFUSED(yolo4j_cuda_depthwise_forward(call(), &p, &f), YOLO4J_INVALID_ARGUMENT,
                "struct_size");
  CHECK_REFUSED(yolo4j_cuda_depthwise_forward(call(), &p, nullptr), YOLO4J_INVALID_ARGUMENT,
                "must not be null");
  CHECK_REFUSED(yolo4j_cuda_depthwise_workspace(&p, nullptr), YOLO4J_INVALID_ARGUMENT,
                "bytes must not be null");
  yolo4j_depthwise_backward_buffers b = {};
  b.struct_size = sizeof b;
  CHECK_REFUSED(yolo4j_cuda_depthwise_backward(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "dy must not be null");
  b.dy = run.dy.device();
  b.dx = run.dx.device();
  CHECK_REFUSED(yolo4j_cuda_depthwise_backward(call(), &p, &b), YOLO4J_INVALID_ARGUMENT, "weight");
  b.weight = run.weight.device();
  p.activation = YOLO4J_ACTIVATION_RELU;
  CHECK_REFUSED(yolo4j_cuda_depthwise_backward(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "activation must be 0, got 1");
  CHECK(run.y.untouched());
  CHECK(run.pooled.untouched());
  CHECK(run.dx.untouched());
  // Each gradient may be left out, and without weights' gradient there is no workspace.
  p.activation = YOLO4J_ACTIVATION_NONE;
  CHECK_EQUAL(yolo4j_cuda_depthwise_backward(call(), &p, &b), YOLO4J_OK);
  CHECK(run.dweight.untouched());
}

}  // namespace

int main() {
  memory();
  wrong_parameters_are_named();
  wrong_buffers_are_named_and_untouched();
  nan_stays_in_its_window();
  runs_give_the_same_bits();
  large_sums_match();
  for (int32_t dtype : kFloatTypes) {
    for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
      for (int32_t kernel : {3, 5}) {
        for (int32_t stride : {1, 2}) {
          sizes_match(dtype, layout, kernel, stride);
        }
      }
    }
  }
  return check::result();
}
