// The gradients of squeeze and excite on the device against double precision.
#include <memory>

#include "buffers.h"
#include "cuda/squeeze_excite_problem.h"
#include "cuda/squeeze_excite_reference.h"

namespace {

using namespace cuda_test;
using test_buffers::Noise;
using Backward = yolo4j_squeeze_excite_backward_buffers;

/// What is wanted of a run.
enum Wanted { kAll, kOnlyDx, kOnlyExcite, kOnlyBiases };

/// One problem with its buffers; what is computed holds NaN between canaries.
struct Run {
  explicit Run(const yolo4j_squeeze_excite& problem, int64_t shift = 0)
      : p(problem),
        x(p.dtype, p.images * p.channels * p.pixels, Buffer::kInput, shift),
        dy(p.dtype, x.count(), Buffer::kInput, shift),
        squeeze_weight(p.dtype, p.squeezed * p.channels, Buffer::kInput, shift),
        squeeze_bias(YOLO4J_DTYPE_F32, p.squeezed, Buffer::kInput),
        excite_weight(p.dtype, p.squeezed * p.channels, Buffer::kInput, shift),
        excite_bias(YOLO4J_DTYPE_F32, p.channels, Buffer::kInput),
        dx(p.dtype, x.count(), Buffer::kOutput, shift),
        dsqueeze_weight(p.dtype, squeeze_weight.count(), Buffer::kOutput, shift),
        dsqueeze_bias(YOLO4J_DTYPE_F32, p.squeezed, Buffer::kOutput),
        dexcite_weight(p.dtype, squeeze_weight.count(), Buffer::kOutput, shift),
        dexcite_bias(YOLO4J_DTYPE_F32, p.channels, Buffer::kOutput) {
    Noise noise(static_cast<uint32_t>(11 + p.channels * 31 + p.pixels));
    fill(noise, x, 1, 0.3f);
    fill(noise, dy, 1, 0.25f);
    fill(noise, squeeze_weight, 3 / std::sqrt(static_cast<float>(p.channels)), 0);
    fill(noise, excite_weight, 1, 0);
    fill(noise, squeeze_bias, 1, 0);
    fill(noise, excite_bias, 1, 0);
    int64_t bytes = 0;
    succeeded(text(p), yolo4j_cuda_squeeze_excite_workspace(&p, &bytes));
    CHECK(bytes > 0);
    workspace = std::make_unique<Buffer>(YOLO4J_DTYPE_F32, bytes / 4, Buffer::kOutput);
    b.struct_size = sizeof b;
    b.x = x.device();
    b.dy = dy.device();
    b.squeeze_weight = squeeze_weight.device();
    b.squeeze_bias = static_cast<float*>(squeeze_bias.device());
    b.excite_weight = excite_weight.device();
    b.excite_bias = static_cast<float*>(excite_bias.device());
    b.dx = dx.device();
    b.dsqueeze_weight = dsqueeze_weight.device();
    b.dsqueeze_bias = static_cast<float*>(dsqueeze_bias.device());
    b.dexcite_weight = dexcite_weight.device();
    b.dexcite_bias = static_cast<float*>(dexcite_bias.device());
    b.workspace = workspace->device();
    b.workspace_bytes = bytes;
  }

  static void fill(Noise& noise, Buffer& buffer, float size, float offset) {
    for (int64_t i = 0; i < buffer.count(); i++) {
      buffer.set(i, size * noise.next() + offset);
    }
    buffer.upload();
  }

  SqueezeExciteGradients expected(bool with_bias) {
    return SqueezeExciteGradients(
        p, {x, dy, squeeze_weight, squeeze_bias, excite_weight, excite_bias, with_bias});
  }

  std::vector<Buffer*> outputs() {
    return {&dx, &dsqueeze_weight, &dsqueeze_bias, &dexcite_weight, &dexcite_bias};
  }

  void want(Wanted wanted) {
    if (wanted == kOnlyExcite || wanted == kOnlyBiases) {
      b.dx = nullptr;
    }
    if (wanted != kAll) {
      b.dsqueeze_weight = nullptr;
    }
    if (wanted == kOnlyDx || wanted == kOnlyExcite) {
      b.dsqueeze_bias = nullptr;
    }
    if (wanted == kOnlyDx || wanted == kOnlyBiases) {
      b.dexcite_weight = nullptr;
    }
    if (wanted == kOnlyDx) {
      b.dexcite_bias = nullptr;
    }
  }

  void compare_or_untouched(const char* what, Buffer& buffer, const void* given,
                            const std::vector<Expected>& values) {
    if (given != nullptr) {
      compare(text(p), what, buffer, values);
    } else {
      CHECK(buffer.untouched());
    }
  }

  void compare_all(const SqueezeExciteGradients& g) {
    compare_or_untouched("dx", dx, b.dx, g.dx);
    compare_or_untouched("dsqueeze_weight", dsqueeze_weight, b.dsqueeze_weight, g.dsqueeze_weight);
    compare_or_untouched("dsqueeze_bias", dsqueeze_bias, b.dsqueeze_bias, g.dsqueeze_bias);
    compare_or_untouched("dexcite_weight", dexcite_weight, b.dexcite_weight, g.dexcite_weight);
    compare_or_untouched("dexcite_bias", dexcite_bias, b.dexcite_bias, g.dexcite_bias);
    workspace->download();
    CHECK(workspace->guards_intact());
  }

  yolo4j_squeeze_excite p;
  Buffer x, dy, squeeze_weight, squeeze_bias, excite_weight, excite_bias;
  Buffer dx, dsqueeze_weight, dsqueeze_bias, dexcite_weight, dexcite_bias;
  std::unique_ptr<Buffer> workspace;
  Backward b = {};
};

void matches(const yolo4j_squeeze_excite& p, int64_t shift, bool with_bias, Wanted wanted) {
  Run run(p, shift);
  if (!with_bias) {
    run.b.squeeze_bias = nullptr;
    run.b.excite_bias = nullptr;
  }
  run.want(wanted);
  succeeded(text(p), yolo4j_cuda_squeeze_excite_backward(call(), &p, &run.b));
  run.compare_all(run.expected(with_bias));
}

/// Around vectors of 4, warps and tiles of 32 columns, 128 channels a block in NHWC, 8 rows of a
/// walker, blocks of 128 threads over a plane.
void sizes_match(int32_t dtype, int32_t layout) {
  struct Size {
    int64_t images, channels, pixels, squeezed;
  };
  const Size sizes[] = {{1, 1, 1, 1},   {3, 3, 49, 1},    {1, 8, 400, 2},   {3, 17, 35, 8},
                        {2, 16, 64, 4}, {1, 129, 7, 33},  {2, 132, 20, 31}, {2, 4, 2500, 8},
                        {5, 32, 9, 32}, {1, 127, 12, 36}, {2, 3, 1030, 5}};
  int turn = static_cast<int>(dtype + layout);
  for (const Size& size : sizes) {
    yolo4j_squeeze_excite p =
        block(dtype, layout, size.images, size.channels, size.pixels, size.squeezed);
    p.activation = turn % 5;
    p.gate = turn % 2 == 0 ? YOLO4J_ACTIVATION_SIGMOID : YOLO4J_ACTIVATION_HARDSIGMOID;
    matches(p, turn % 4 == 1 ? 1 : 0, turn % 3 != 0, kAll);
    turn++;
  }
}

void activations_match() {
  for (int32_t activation = 0; activation <= YOLO4J_ACTIVATION_HARDSWISH; activation++) {
    for (int32_t gate : {YOLO4J_ACTIVATION_HARDSIGMOID, YOLO4J_ACTIVATION_SIGMOID}) {
      yolo4j_squeeze_excite p = block(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NCHW, 3, 12, 10, 5);
      p.activation = activation;
      p.gate = gate;
      matches(p, 0, true, kAll);
    }
  }
}

void parts_match() {
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    for (Wanted wanted : {kOnlyDx, kOnlyExcite, kOnlyBiases}) {
      matches(block(YOLO4J_DTYPE_F32, layout, 2, 12, 20, 4), 0, true, wanted);
    }
  }
}

/// dx may be dy.
void in_place_matches(int32_t dtype, int32_t layout) {
  yolo4j_squeeze_excite p = block(dtype, layout, 2, 12, 20, 4);
  Run run(p);
  SqueezeExciteGradients expected = run.expected(true);
  for (int64_t i = 0; i < run.dy.count(); i++) {
    run.dx.set(i, static_cast<float>(run.dy.get(i)));
  }
  run.dx.upload();
  run.b.dy = run.dx.device();
  succeeded(text(p), yolo4j_cuda_squeeze_excite_backward(call(), &p, &run.b));
  run.compare_all(expected);
}

/// The same bits in every run, whatever the workspace and the outputs held.
void runs_repeat(int32_t layout) {
  yolo4j_squeeze_excite p = block(YOLO4J_DTYPE_F32, layout, 3, 36, 500, 9);
  Run one(p);
  Run other(p);
  for (Buffer* buffer : other.outputs()) {
    for (int64_t i = 0; i < buffer->count(); i++) {
      buffer->set(i, 7);
    }
    buffer->upload();
  }
  succeeded(text(p), yolo4j_cuda_squeeze_excite_backward(call(), &p, &one.b));
  succeeded(text(p), yolo4j_cuda_squeeze_excite_backward(call(), &p, &other.b));
  for (std::size_t i = 0; i < one.outputs().size(); i++) {
    one.outputs()[i]->download();
    other.outputs()[i]->download();
    CHECK(one.outputs()[i]->bytes() == other.outputs()[i]->bytes());
  }
}

/// A NaN reaches all of its image, and no other one's dx.
void nan_stays_in_its_image(int32_t layout) {
  yolo4j_squeeze_excite p = block(YOLO4J_DTYPE_F32, layout, 2, 4, 6, 3);
  p.activation = YOLO4J_ACTIVATION_SILU;
  p.gate = YOLO4J_ACTIVATION_SIGMOID;
  Run run(p);
  run.x.set(5, std::nanf(""));
  run.x.upload();
  succeeded(text(p), yolo4j_cuda_squeeze_excite_backward(call(), &p, &run.b));
  run.dx.download();
  for (int64_t i = 0; i < run.dx.count(); i++) {
    CHECK(std::isnan(run.dx.get(i)) == (i < run.dx.count() / 2));
  }
}

template <typename Field, typename Value>
void refused_with(Run& run, Field yolo4j_squeeze_excite::*field, Value value, int32_t status,
                  const char* part) {
  yolo4j_squeeze_excite p = run.p;
  p.*field = static_cast<Field>(value);
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_backward(call(), &p, &run.b), status, part);
}

void buffer_refused(Run& run, void (*spoil)(Backward&), const char* part) {
  Backward b = run.b;
  spoil(b);
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_backward(call(), &run.p, &b), YOLO4J_INVALID_ARGUMENT,
                part);
}

template <typename T>
T* shifted(T* pointer, int64_t bytes) {
  return reinterpret_cast<T*>(reinterpret_cast<uintptr_t>(pointer) + static_cast<uintptr_t>(bytes));
}

void wrong_arguments_are_named() {
  using P = yolo4j_squeeze_excite;
  Run run(block(YOLO4J_DTYPE_F32, YOLO4J_LAYOUT_NCHW, 1, 4, 9, 2));
  refused_with(run, &P::struct_size, 4, YOLO4J_INVALID_ARGUMENT, "struct_size");
  refused_with(run, &P::dtype, YOLO4J_DTYPE_F64, YOLO4J_UNSUPPORTED, "got f64");
  refused_with(run, &P::layout, 0, YOLO4J_INVALID_ARGUMENT, "layout must be");
  refused_with(run, &P::activation, 5, YOLO4J_INVALID_ARGUMENT, "activation must be from 0 to 4");
  refused_with(run, &P::gate, 4, YOLO4J_INVALID_ARGUMENT, "gate must be 5 or 6, got 4");
  refused_with(run, &P::images, 0, YOLO4J_INVALID_ARGUMENT, "images, channels and pixels must be");
  refused_with(run, &P::squeezed, -1, YOLO4J_INVALID_ARGUMENT, "squeezed must be");
  buffer_refused(
      run, [](Backward& b) { b.x = nullptr; }, "x must not be null");
  buffer_refused(
      run, [](Backward& b) { b.dy = nullptr; }, "dy must not be null");
  buffer_refused(
      run, [](Backward& b) { b.squeeze_weight = nullptr; }, "squeeze_weight must not be null");
  buffer_refused(
      run, [](Backward& b) { b.excite_weight = nullptr; }, "excite_weight must not be null");
  buffer_refused(
      run, [](Backward& b) { b.dx = shifted(b.dx, 2); }, "dx must be aligned to 4");
  buffer_refused(
      run, [](Backward& b) { b.dexcite_weight = shifted(b.dexcite_weight, 1); },
      "dexcite_weight must be aligned to 4");
  buffer_refused(
      run, [](Backward& b) { b.dsqueeze_bias = shifted(b.dsqueeze_bias, 2); },
      "dsqueeze_bias must be aligned to 4");
  buffer_refused(
      run, [](Backward& b) { b.workspace_bytes--; }, "workspace must be aligned");
  buffer_refused(
      run, [](Backward& b) { b.workspace = shifted(b.workspace, 4); }, "workspace must be aligned");
  buffer_refused(
      run, [](Backward& b) { b.workspace = nullptr; }, "workspace must");
  buffer_refused(
      run, [](Backward& b) { b.struct_size = 1; }, "struct_size");
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_backward(nullptr, &run.p, &run.b),
                YOLO4J_INVALID_ARGUMENT, "must not be null");
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_backward(call(), nullptr, &run.b),
                YOLO4J_INVALID_ARGUMENT, "must not be null");
  CHECK_REFUSED(yolo4j_cuda_squeeze_excite_backward(call(), &run.p, nullptr),
                YOLO4J_INVALID_ARGUMENT, "must not be null");
  for (Buffer* output : run.outputs()) {
    CHECK(output->untouched());
  }
  CHECK(run.workspace->untouched());
}

}  // namespace

int main() {
  memory();
  wrong_arguments_are_named();
  activations_match();
  parts_match();
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    runs_repeat(layout);
    nan_stays_in_its_image(layout);
    for (int32_t dtype : kFloatTypes) {
      in_place_matches(dtype, layout);
      sizes_match(dtype, layout);
    }
  }
  return check::result();
}
