// The plan executor through its C ABI: every kind of step against a plain loop, slices, contexts.
#include <cmath>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "plan_network.h"
#include "yolo4j_plan.h"

namespace {

using namespace test_plan;

/// Pixels as they are and as blocks, in both types.
void pixels_are_converted(int32_t dtype) {
  Builder b;
  int32_t whole = b.tensor(6, 10, 3, 0, dtype);
  int32_t blocks = b.tensor(3, 5, 12, 0, dtype);
  b.step(YOLO4J_PLAN_PIXELS, kNone, whole);
  b.step(YOLO4J_PLAN_PIXEL_BLOCKS, kNone, blocks);
  Compiled compiled(b);
  std::vector<uint8_t> rgb = pixels(2 * 6 * 10 * 3);
  compiled.run(rgb.data());
  const double tolerance = dtype == YOLO4J_DTYPE_F32 ? 1e-6 : 4e-3;
  auto pixel = [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return rgb[static_cast<std::size_t>(((n * 6 + i) * 10 + j) * 3 + c)] / 255.0;
  };
  expect(compiled, b, whole, "pixels", tolerance, pixel);
  expect(compiled, b, blocks, "pixel blocks", tolerance,
         [&](int64_t n, int64_t i, int64_t j, int64_t c) {
           return pixel(n, 2 * i + c / 6, 2 * j + c / 3 % 2, c % 3);
         });
}

/// A chain over slices: a merged product, a residual, an upsampling and a pool into channels.
void steps_compute(int32_t dtype) {
  Builder b;
  int32_t image = b.tensor(8, 12, 3, 0, dtype);
  int32_t merged = b.tensor(8, 12, 32, 0, dtype);
  int32_t left = b.slice(merged, 0, 16);
  int32_t right = b.slice(merged, 16, 16);
  int32_t wide = b.tensor(8, 12, 16, 0, dtype);
  int32_t strided = b.tensor(4, 6, 16, 0, dtype);
  int32_t joined = b.tensor(8, 12, 48, 0, dtype);
  int32_t large = b.slice(joined, 0, 16);
  int32_t pooled = b.slice(joined, 16, 16);
  int32_t sum = b.slice(joined, 32, 16);
  int32_t padded = b.tensor(9, 13, 16, 0, dtype);
  int32_t blocks = b.tensor(4, 6, 64, 0, dtype);
  int32_t copy = b.tensor(8, 12, 16, 0, dtype);
  int32_t shuffled = b.tensor(8, 12, 32, 0, dtype);
  int32_t residual = b.tensor(8, 12, 16, 0, dtype);
  int32_t head = b.tensor(8, 12, 7, 0, YOLO4J_DTYPE_F32);

  b.step(YOLO4J_PLAN_PIXELS, kNone, image);
  yolo4j_plan_step first = b.step(YOLO4J_PLAN_CONVOLUTION, image, merged);
  window(&b, &first, 3, 32, 3, 1);
  first.activation = YOLO4J_ACTIVATION_SILU;
  b.steps.back() = first;
  yolo4j_plan_step product = b.step(YOLO4J_PLAN_CONVOLUTION, left, wide);
  window(&b, &product, 16, 16, 1, 1);
  product.activation = YOLO4J_PLAN_LEAKY_RELU;
  b.steps.back() = product;
  yolo4j_plan_step halved = b.step(YOLO4J_PLAN_CONVOLUTION, wide, strided);
  window(&b, &halved, 16, 16, 3, 2);
  halved.activation = YOLO4J_ACTIVATION_HARDSWISH;
  b.steps.back() = halved;
  b.step(YOLO4J_PLAN_UPSAMPLE, strided, large).stride_height = 2;
  yolo4j_plan_step& pool = b.step(YOLO4J_PLAN_MAX_POOL, right, pooled);
  pool.kernel_height = 5;
  pool.pad_top = 2;
  b.step(YOLO4J_PLAN_ADD, wide, sum).second = right;
  yolo4j_plan_step& pad = b.step(YOLO4J_PLAN_PAD, wide, padded);
  pad.pad_top = 1;
  b.step(YOLO4J_PLAN_BLOCKS, right, blocks).stride_height = 2;
  b.step(YOLO4J_PLAN_COPY, sum, copy);
  b.step(YOLO4J_PLAN_SHUFFLE, right, b.slice(shuffled, 0, 16)).groups = 2;
  b.step(YOLO4J_PLAN_SHUFFLE, wide, b.slice(shuffled, 16, 16)).groups = 4;
  yolo4j_plan_step added = b.step(YOLO4J_PLAN_CONVOLUTION, wide, residual);
  window(&b, &added, 16, 16, 3, 1);
  added.activation = YOLO4J_ACTIVATION_SILU;
  added.second = copy;
  b.steps.back() = added;
  yolo4j_plan_step out = b.step(YOLO4J_PLAN_CONVOLUTION, joined, head);
  window(&b, &out, 48, 7, 1, 1);
  b.steps.back() = out;

  Compiled compiled(b);
  CHECK_EQUAL(compiled.status, YOLO4J_OK);
  if (compiled.status != YOLO4J_OK) {
    return;
  }
  std::vector<uint8_t> rgb = pixels(2 * 8 * 12 * 3);
  std::vector<int64_t> times(2 * b.steps.size());
  compiled.run(rgb.data(), times.data());
  for (std::size_t i = 1; i < times.size(); i++) {
    CHECK(times[i] >= times[i - 1]);
  }
  const double close = dtype == YOLO4J_DTYPE_F32 ? 1e-5 : 1.2e-2;
  auto value = [&](int32_t tensor) {
    return [&, tensor](int64_t n, int64_t i, int64_t j, int64_t c) {
      return at(compiled, b, tensor, n, i, j, c);
    };
  };
  expect(compiled, b, merged, "first", close, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return silu(convolved(compiled, b, first, n, i, j, c));
  });
  expect(compiled, b, wide, "product", close, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    double u = convolved(compiled, b, product, n, i, j, c);
    return u > 0 ? u : 0.1 * u;
  });
  expect(compiled, b, strided, "stride 2", close, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    double u = convolved(compiled, b, halved, n, i, j, c);
    return u * std::fmin(std::fmax(u + 3, 0), 6) / 6;
  });
  expect(compiled, b, large, "upsample", 0, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return at(compiled, b, strided, n, i / 2, j / 2, c);
  });
  expect(compiled, b, pooled, "pool", 0, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    double most = -1e30;
    for (int64_t u = i - 2; u <= i + 2; u++) {
      for (int64_t v = j - 2; v <= j + 2; v++) {
        if (u >= 0 && v >= 0 && u < 8 && v < 12) {
          most = std::fmax(most, at(compiled, b, right, n, u, v, c));
        }
      }
    }
    return most;
  });
  expect(compiled, b, sum, "sum", close, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return at(compiled, b, wide, n, i, j, c) + at(compiled, b, right, n, i, j, c);
  });
  expect(compiled, b, padded, "pad", 0, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return at(compiled, b, wide, n, i - 1, j, c);
  });
  expect(compiled, b, blocks, "blocks", 0, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return at(compiled, b, right, n, 2 * i + c / 32, 2 * j + c / 16 % 2, c % 16);
  });
  expect(compiled, b, copy, "copy", 0, value(sum));
  expect(compiled, b, shuffled, "shuffle", 0, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return c < 16 ? at(compiled, b, right, n, i, j, c % 2 * 8 + c / 2)
                  : at(compiled, b, wide, n, i, j, c % 4 * 4 + (c - 16) / 4);
  });
  expect(compiled, b, residual, "residual", close, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return silu(convolved(compiled, b, added, n, i, j, c)) + at(compiled, b, copy, n, i, j, c);
  });
  expect(compiled, b, head, "head", close, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return convolved(compiled, b, out, n, i, j, c);
  });
  CHECK_CONTAINS(compiled.describe(2).c_str(), "matmul");
  CHECK_CONTAINS(compiled.describe(3).c_str(), "convolution");
  CHECK_CONTAINS(compiled.describe(2).c_str(), ", weights ");
  CHECK_CONTAINS(compiled.describe(3).c_str(), ", weights ");
  int64_t weights = 0;
  int64_t context = 0;
  CHECK_EQUAL(yolo4j_plan_memory(compiled.plan(), &weights, &context), YOLO4J_OK);
  CHECK(weights > 0 && context >= b.arena);
}

/// What the depthwise kernel has one number for must be one, and means must fit their tensor.
void depthwise_windows_are_checked() {
  auto status = [](auto change, int64_t mean_channels) {
    Builder b;
    int32_t image = b.tensor(8, 8, 3);
    int32_t y = b.tensor(4, 4, 3);
    int32_t means = b.tensor(1, 1, mean_channels);
    b.step(YOLO4J_PLAN_PIXELS, kNone, image);
    yolo4j_plan_step step = b.step(YOLO4J_PLAN_DEPTHWISE, image, y);
    window(&b, &step, 1, 3, 5, 2);
    step.groups = 3;
    step.pooled = means;
    change(&step);
    b.steps.back() = step;
    return Compiled(b).status;
  };
  auto nothing = [](yolo4j_plan_step*) {};
  CHECK_EQUAL(status(nothing, 3), YOLO4J_OK);
  CHECK_EQUAL(status(nothing, 2), YOLO4J_INVALID_ARGUMENT);
  auto narrow = [](yolo4j_plan_step* step) { step->kernel_width = 3; };
  CHECK_EQUAL(status(narrow, 3), YOLO4J_INVALID_ARGUMENT);
  auto dilated = [](yolo4j_plan_step* step) { step->dilation_width = 2; };
  CHECK_EQUAL(status(dilated, 3), YOLO4J_INVALID_ARGUMENT);
  auto grouped = [](yolo4j_plan_step* step) { step->groups = 1; };
  CHECK_EQUAL(status(grouped, 3), YOLO4J_INVALID_ARGUMENT);
}

/// Depthwise, squeeze and excite with the means that the former left, and an activation in place.
void own_kernels_compute() {
  Builder b;
  int32_t image = b.tensor(8, 8, 3);
  int32_t x = b.tensor(8, 8, 16);
  int32_t y = b.tensor(4, 4, 16);
  int32_t means = b.tensor(1, 1, 16);
  int32_t plain = b.tensor(4, 4, 16);
  int32_t scaled = b.tensor(4, 4, 16);
  b.step(YOLO4J_PLAN_PIXELS, kNone, image);
  yolo4j_plan_step first = b.step(YOLO4J_PLAN_CONVOLUTION, image, x);
  window(&b, &first, 3, 16, 1, 1);
  b.steps.back() = first;
  yolo4j_plan_step depthwise = b.step(YOLO4J_PLAN_DEPTHWISE, x, y);
  window(&b, &depthwise, 1, 16, 5, 2);
  depthwise.groups = 16;
  depthwise.pooled = means;
  b.steps.back() = depthwise;
  yolo4j_plan_step block = b.step(YOLO4J_PLAN_SQUEEZE_EXCITE, y, scaled);
  block.activation = YOLO4J_ACTIVATION_RELU;
  block.gate = YOLO4J_ACTIVATION_HARDSIGMOID;
  block.squeezed = 8;
  block.weight = b.random(8 * 16, 1);
  block.bias = b.random(8, 2);
  block.weight2 = b.random(8 * 16, 3);
  block.bias2 = b.random(16, 4);
  block.pooled = means;
  b.steps.back() = block;
  b.step(YOLO4J_PLAN_COPY, y, plain);
  b.step(YOLO4J_PLAN_ACTIVATION, plain, plain).activation = YOLO4J_ACTIVATION_SILU;
  Compiled compiled(b);
  CHECK_EQUAL(compiled.status, YOLO4J_OK);
  std::vector<uint8_t> rgb = pixels(2 * 8 * 8 * 3);
  compiled.run(rgb.data());
  expect(compiled, b, y, "depthwise", 1e-5, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return convolved(compiled, b, depthwise, n, i, j, c);
  });
  expect(compiled, b, plain, "activation", 1e-5, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return silu(at(compiled, b, y, n, i, j, c));
  });
  expect(compiled, b, scaled, "scaled", 1e-5, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    double u = static_cast<double>(block.bias2[c]);
    for (int64_t q = 0; q < 8; q++) {
      double h = static_cast<double>(block.bias[q]);
      for (int64_t k = 0; k < 16; k++) {
        double mean = 0;
        for (int64_t p = 0; p < 16; p++) {
          mean += at(compiled, b, y, n, p / 4, p % 4, k) / 16;
        }
        h += static_cast<double>(block.weight[q * 16 + k]) * mean;
      }
      u += static_cast<double>(block.weight2[c * 8 + q]) * std::fmax(h, 0);
    }
    return at(compiled, b, y, n, i, j, c) * std::fmin(std::fmax(u + 3, 0), 6) / 6;
  });
}

/// Heads of a map that isn't square, out of and into channels of larger maps, in two images.
void attention_computes(int32_t dtype) {
  constexpr int64_t kWidth = 6;
  Builder b;
  int32_t image = b.tensor(5, 9, 3, 0, dtype);
  int32_t large = b.tensor(5, 9, 48, 0, dtype);
  int32_t x = b.slice(large, 0, 36);
  int32_t y = b.slice(b.tensor(5, 9, 20, 0, dtype), 4, 12);
  b.step(YOLO4J_PLAN_PIXELS, kNone, image);
  yolo4j_plan_step first = b.step(YOLO4J_PLAN_CONVOLUTION, image, large);
  window(&b, &first, 3, 48, 1, 1);
  b.steps.back() = first;
  b.step(YOLO4J_PLAN_ATTENTION, x, y).groups = 2;
  Compiled compiled(b);
  CHECK_EQUAL(compiled.status, YOLO4J_OK);
  CHECK_TEXT(compiled.describe(2).c_str(), "yolo4j attention");
  std::vector<uint8_t> rgb = pixels(2 * 5 * 9 * 3);
  compiled.run(rgb.data());
  const double close = dtype == YOLO4J_DTYPE_F32 ? 1e-5 : 8e-3;
  expect(compiled, b, y, "attention", close, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    double total = 0;
    double sum = 0;
    for (int64_t p = 0; p < 5 * 9; p++) {
      double score = 0;
      for (int64_t k = c / kWidth * kWidth; k < (c / kWidth + 1) * kWidth; k++) {
        score +=
            at(compiled, b, x, n, i, j, k) * at(compiled, b, x, n, p / 9, p % 9, 2 * kWidth + k);
      }
      const double weight = std::exp(score / std::sqrt(static_cast<double>(kWidth)));
      total += weight;
      sum += weight * at(compiled, b, x, n, p / 9, p % 9, 4 * kWidth + c);
    }
    return sum / total;
  });
}

/// Contexts of one plan don't share memory; what one computes doesn't depend on threads before.
void contexts_are_apart() {
  Builder b;
  int32_t image = b.tensor(4, 4, 3);
  b.step(YOLO4J_PLAN_PIXELS, kNone, image);
  Compiled compiled(b);
  yolo4j_plan_context* other = nullptr;
  CHECK_EQUAL(yolo4j_plan_context_create(compiled.plan(), &other), YOLO4J_OK);
  std::vector<uint8_t> rgb = pixels(2 * 4 * 4 * 3);
  CHECK(std::isnan(compiled.get(image, 0, 0)));
  compiled.run(rgb.data());
  void* data = nullptr;
  CHECK_EQUAL(yolo4j_plan_tensor_data(other, image, &data), YOLO4J_OK);
  CHECK(std::isnan(*static_cast<float*>(data)));
  CHECK(!std::isnan(compiled.get(image, 0, 0)));
  yolo4j_plan_context_destroy(other);
  yolo4j_plan_context_destroy(nullptr);
  yolo4j_plan_destroy(nullptr);
}

#if defined(__x86_64__)
/// A convolution of 3 x 3 that writes a slice has only oneDNN's reference code.
void reference_code_needs_permission() {
  Builder b;
  int32_t image = b.tensor(16, 16, 3);
  int32_t x = b.tensor(16, 16, 32);
  int32_t y = b.slice(b.tensor(16, 16, 64), 0, 32);
  b.step(YOLO4J_PLAN_PIXELS, kNone, image);
  yolo4j_plan_step first = b.step(YOLO4J_PLAN_CONVOLUTION, image, x);
  window(&b, &first, 3, 32, 1, 1);
  b.steps.back() = first;
  yolo4j_plan_step s = b.step(YOLO4J_PLAN_CONVOLUTION, x, y);
  window(&b, &s, 32, 32, 3, 1);
  b.steps.back() = s;
  yolo4j_plan_network network = b.network();
  yolo4j_plan* plan = nullptr;
  CHECK_EQUAL(yolo4j_plan_create(&network, &plan), YOLO4J_UNSUPPORTED);
  CHECK_CONTAINS(yolo4j_plan_last_error(), "step 2: oneDNN has only its reference code (");
  CHECK(plan == nullptr);
  b.allow_reference = 1;
  Compiled compiled(b);
  CHECK_EQUAL(compiled.status, YOLO4J_OK);
  std::vector<uint8_t> rgb = pixels(2 * 16 * 16 * 3);
  compiled.run(rgb.data());
  expect(compiled, b, y, "reference", 1e-5, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return convolved(compiled, b, s, n, i, j, c);
  });
}
#endif

}  // namespace

int main() {
  const uint64_t bf16 =
      (UINT64_C(1) << YOLO4J_CPU_AVX512_BF16) | (UINT64_C(1) << YOLO4J_CPU_AMX_BF16);
  const bool has_bf16 = (yolo4j_cpu_features() & bf16) != 0;
  pixels_are_converted(YOLO4J_DTYPE_F32);
  pixels_are_converted(YOLO4J_DTYPE_BF16);
  steps_compute(YOLO4J_DTYPE_F32);
  attention_computes(YOLO4J_DTYPE_F32);
  if (has_bf16) {
    steps_compute(YOLO4J_DTYPE_BF16);
    attention_computes(YOLO4J_DTYPE_BF16);
  } else {
    std::printf("plan bf16: not run, this CPU has no instructions for it\n");
  }
  own_kernels_compute();
  depthwise_windows_are_checked();
  contexts_are_apart();
#if defined(__x86_64__)
  reference_code_needs_permission();
#endif
  return check::result();
}
