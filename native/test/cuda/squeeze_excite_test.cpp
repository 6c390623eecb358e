// Squeeze and excite on the device against double precision.
#include <memory>

#include "buffers.h"
#include "cuda/depthwise_reference.h"
#include "cuda/squeeze_excite_problem.h"

namespace {

using namespace cuda_test;
using test_buffers::Noise;

struct Run {
  explicit Run(const yolo4j_squeeze_excite& problem, int64_t shift)
      : p(problem),
        x(p.dtype, p.images * p.channels * p.pixels, Buffer::kInput, shift),
        pooled(YOLO4J_DTYPE_F32, p.images * p.channels, Buffer::kInput),
        squeeze_weight(p.dtype, p.squeezed * p.channels, Buffer::kInput),
        squeeze_bias(YOLO4J_DTYPE_F32, p.squeezed, Buffer::kInput),
        excite_weight(p.dtype, p.squeezed * p.channels, Buffer::kInput),
        excite_bias(YOLO4J_DTYPE_F32, p.channels, Buffer::kInput),
        y(p.dtype, x.count(), Buffer::kOutput, shift) {
    Noise noise(static_cast<uint32_t>(7 + p.channels + p.pixels));
    for (Buffer* buffer : {&x, &squeeze_weight, &squeeze_bias, &excite_weight, &excite_bias}) {
      for (int64_t i = 0; i < buffer->count(); i++) {
        buffer->set(i, noise.next() + 0.25f);
      }
      buffer->upload();
    }
    expect(true);
    for (int64_t i = 0; i < pooled.count(); i++) {
      pooled.set(i, static_cast<float>(means[static_cast<std::size_t>(i)]));
    }
    pooled.upload();
    int64_t bytes = 0;
    succeeded(text(p), yolo4j_cuda_squeeze_excite_workspace(&p, &bytes));
    CHECK(bytes > 0);
    workspace = std::make_unique<Buffer>(YOLO4J_DTYPE_F32, bytes / 4, Buffer::kOutput);
    b.struct_size = sizeof b;
    b.x = x.device();
    b.squeeze_weight = squeeze_weight.device();
    b.squeeze_bias = static_cast<float*>(squeeze_bias.device());
    b.excite_weight = excite_weight.device();
    b.excite_bias = static_cast<float*>(excite_bias.device());
    b.y = y.device();
    b.workspace = workspace->device();
    b.workspace_bytes = bytes;
  }

  void expect(bool with_bias) {
    means.assign(static_cast<std::size_t>(p.images * p.channels), 0);
    expected.assign(static_cast<std::size_t>(x.count()), {});
    for (int64_t image = 0; image < p.images; image++) {
      expect_image(image, with_bias);
    }
  }

  void expect_image(int64_t image, bool with_bias) {
    double* mean = &means[static_cast<std::size_t>(image * p.channels)];
    for (int64_t c = 0; c < p.channels; c++) {
      for (int64_t pixel = 0; pixel < p.pixels; pixel++) {
        mean[c] += x.get(place(p.layout, image, c, pixel, p.channels, p.pixels)) /
                   static_cast<double>(p.pixels);
      }
    }
    std::vector<Expected> hidden(static_cast<std::size_t>(p.squeezed));
    for (int64_t h = 0; h < p.squeezed; h++) {
      Expected sum;
      sum.add(with_bias ? squeeze_bias.get(h) : 0);
      for (int64_t c = 0; c < p.channels; c++) {
        sum.add(squeeze_weight.get(h * p.channels + c) * mean[c]);
      }
      hidden[static_cast<std::size_t>(h)] = {activated(p.activation, sum.value), sum.size + 1};
    }
    for (int64_t c = 0; c < p.channels; c++) {
      Expected sum;
      sum.add(with_bias ? excite_bias.get(c) : 0);
      for (int64_t h = 0; h < p.squeezed; h++) {
        double weight = excite_weight.get(c * p.squeezed + h);
        sum.value += weight * hidden[static_cast<std::size_t>(h)].value;
        sum.size += std::fabs(weight) * hidden[static_cast<std::size_t>(h)].size;
      }
      double factor = activated(p.gate, sum.value);
      for (int64_t pixel = 0; pixel < p.pixels; pixel++) {
        int64_t i = place(p.layout, image, c, pixel, p.channels, p.pixels);
        expected[static_cast<std::size_t>(i)] = {x.get(i) * factor,
                                                 std::fabs(x.get(i)) * (1 + sum.size)};
      }
    }
  }

  yolo4j_squeeze_excite p;
  Buffer x, pooled, squeeze_weight, squeeze_bias, excite_weight, excite_bias, y;
  std::unique_ptr<Buffer> workspace;
  yolo4j_squeeze_excite_buffers b = {};
  std::vector<double> means;
  std::vector<Expected> expected;
};

void matches(yolo4j_squeeze_excite p, int64_t shift, bool with_bias, bool with_pooled) {
  Run run(p, shift);
  if (!with_bias) {
    run.b.squeeze_bias = nullptr;
    run.b.excite_bias = nullptr;
  }
  run.b.pooled = with_pooled ? static_cast<float*>(run.pooled.device()) : nullptr;
  run.expect(with_bias);
  succeeded(text(p), yolo4j_cuda_squeeze_excite_run(call(), &p, &run.b));
  compare(text(p), "y", run.y, run.expected);
  run.workspace->download();
  CHECK(run.workspace->guards_intact());
}

void sizes_match(int32_t dtype, int32_t layout) {
  struct Size {
    int64_t images, channels, pixels, squeezed;
  };
  const Size sizes[] = {{1, 1, 1, 1},   {3, 3, 49, 1},   {1, 8, 400, 2},   {3, 17, 35, 8},
                        {2, 16, 64, 4}, {1, 129, 7, 33}, {1, 132, 20, 31}, {2, 4, 2500, 8}};
  int turn = static_cast<int>(dtype + layout);
  for (const Size& size : sizes) {
    yolo4j_squeeze_excite p =
        block(dtype, layout, size.images, size.channels, size.pixels, size.squeezed);
    p.activation = turn % 5;
    p.gate = turn % 2 == 0 ? YOLO4J_ACTIVATION_SIGMOID : YOLO4J_ACTIVATION_HARDSIGMOID;
    matches(p, turn % 4 == 1 ? 1 : 0, turn % 3 != 0, false);
    matches(p, 0, turn % 2 == 0, true);
    turn++;
  }
}

/// y may be x.
void in_place_matches(int32_t layout) {
  yolo4j_squeeze_excite p = block(YOLO4J_DTYPE_BF16, layout, 2, 12, 20, 4);
  Run run(p, 0);
  for (int64_t i = 0; i < run.x.count(); i++) {
    run.y.set(i, static_cast<float>(run.x.get(i)));
  }
  run.y.upload();
  run.b.x = run.y.device();
  succeeded(text(p), yolo4j_cuda_squeeze_excite_run(call(), &p, &run.b));
  compare(text(p) + " in place", "y", run.y, run.expected);
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_squeeze_excite::*field, Value value, int32_t status,
                  const char* part) {
  yolo4j_squeeze_excite p = block(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NCHW, 1, 4, 9, 2);
  p.*field = static_cast<Field>(value);
  int64_t bytes = -7;
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_workspace(&p, &bytes), status, part);
  CHECK_EQUAL(bytes, -7);
}

void wrong_arguments_are_named() {
  using P = yolo4j_squeeze_excite;
  refused_with(&P::struct_size, 4, YOLO4J_INVALID_ARGUMENT, "struct_size");
  refused_with(&P::dtype, YOLO4J_DTYPE_F64, YOLO4J_UNSUPPORTED, "got f64");
  refused_with(&P::layout, 0, YOLO4J_INVALID_ARGUMENT, "layout must be");
  refused_with(&P::activation, 5, YOLO4J_INVALID_ARGUMENT, "activation must be from 0 to 4");
  refused_with(&P::gate, 4, YOLO4J_INVALID_ARGUMENT, "gate must be 5 or 6, got 4");
  refused_with(&P::channels, 0, YOLO4J_INVALID_ARGUMENT, "images, channels and pixels must be");
  refused_with(&P::pixels, INT64_MAX, YOLO4J_INVALID_ARGUMENT, "must be from 1");
  refused_with(&P::squeezed, -1, YOLO4J_INVALID_ARGUMENT, "squeezed must be");
  yolo4j_squeeze_excite p = block(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NCHW, 1, 4, 9, 2);
  Run run(p, 0);
  yolo4j_squeeze_excite_buffers b = run.b;
  b.x = nullptr;
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "x must not be null");
  b = run.b;
  b.excite_weight = static_cast<const char*>(b.excite_weight) + 1;
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "excite_weight must be aligned to 4");
  b = run.b;
  b.workspace_bytes--;
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "workspace must be aligned");
  b.struct_size = 1;
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "struct_size");
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_run(nullptr, &p, &run.b), YOLO4J_INVALID_ARGUMENT,
                "must not be null");
  CHECK(run.y.untouched());
}

}  // namespace

int main() {
  memory();
  wrong_arguments_are_named();
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    in_place_matches(layout);
    for (int32_t dtype : kFloatTypes) {
      sizes_match(dtype, layout);
    }
  }
  return check::result();
}
