// Steps on bytes through the plan executor's C ABI: convolutions with weights of 8 bits against a
// plain loop over the rounded weights, what moves bytes, and conversions.
#include <cmath>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "plan_network.h"
#include "yolo4j_plan.h"

namespace {

using namespace test_plan;

/// The weights that bytes are multiplied by: an output channel's largest is 127 steps.
const float* rounded(Builder* b, const float* weight, int64_t out, int64_t each) {
  b->weights.push_back(std::make_unique<std::vector<float>>(static_cast<std::size_t>(out * each)));
  float* to = b->weights.back()->data();
  for (int64_t o = 0; o < out; o++) {
    float largest = 0;
    for (int64_t i = 0; i < each; i++) {
      largest = std::fmax(largest, std::fabs(weight[o * each + i]));
    }
    for (int64_t i = 0; i < each; i++) {
      to[o * each + i] = std::nearbyint(weight[o * each + i] / (largest / 127)) * (largest / 127);
    }
  }
  return to;
}

/// A convolution, and a copy of it whose weights are those that count.
yolo4j_plan_step convolution(Builder* b, int32_t x, int32_t y, int32_t kernel, int32_t stride,
                             int32_t second = kNone) {
  yolo4j_plan_step s = b->step(YOLO4J_PLAN_CONVOLUTION, x, y);
  const int64_t in = b->tensors[static_cast<std::size_t>(x)].channels;
  const int64_t out = b->tensors[static_cast<std::size_t>(y)].channels;
  window(b, &s, in, out, kernel, stride);
  s.activation = YOLO4J_ACTIVATION_SILU;
  s.second = second;
  b->steps.back() = s;
  s.weight = rounded(b, s.weight, out, in * kernel * kernel);
  return s;
}

/// What a tensor holds of a value: the nearest byte's, half a step away at most.
void expect_bytes(const Compiled& compiled, const Builder& b, int32_t tensor, const char* what,
                  const std::function<double(int64_t, int64_t, int64_t, int64_t)>& expected) {
  const yolo4j_plan_tensor& t = b.tensors[static_cast<std::size_t>(tensor)];
  const double scale = static_cast<double>(t.scale);
  expect(compiled, b, tensor, what, 0.5001 * scale + 1e-5,
         [&](int64_t n, int64_t i, int64_t j, int64_t c) {
           double low = -t.zero_point * scale;
           return std::fmin(std::fmax(expected(n, i, j, c), low), low + 255 * scale);
         });
}

void steps_compute() {
  Builder b;
  int32_t image = b.bytes(8, 12, 3, 1.0f / 255, 0);
  int32_t blocks = b.bytes(4, 6, 12, 1.0f / 255, 0);
  int32_t merged = b.bytes(8, 12, 32, 0.02f, 14);
  int32_t left = b.slice(merged, 0, 16);
  int32_t right = b.slice(merged, 16, 16);
  int32_t wide = b.bytes(8, 12, 16, 0.03f, 10);
  int32_t added = b.bytes(8, 12, 16, 0.05f, 20);
  int32_t strided = b.bytes(4, 6, 16, 0.04f, 9);
  int32_t small = b.bytes(4, 6, 8, 0.01f, 60);
  int32_t floats = b.tensor(8, 12, 16);
  int32_t mixed = b.tensor(8, 12, 16);
  int32_t head = b.tensor(8, 12, 7);
  int32_t copy = b.tensor(8, 12, 16);
  int32_t again = b.bytes(8, 12, 16, 0.1f, 3);
  int32_t joined = b.bytes(8, 12, 32, 0.02f, 14);
  int32_t pooled = b.slice(joined, 0, 16);
  int32_t moved = b.slice(joined, 16, 16);
  int32_t enlarged = b.bytes(8, 12, 16, 0.04f, 9);
  int32_t padded = b.bytes(9, 13, 16, 0.03f, 10);

  b.step(YOLO4J_PLAN_PIXELS, kNone, image);
  b.step(YOLO4J_PLAN_PIXEL_BLOCKS, kNone, blocks);
  auto first = convolution(&b, image, merged, 3, 1);
  auto product = convolution(&b, left, wide, 1, 1);
  auto residual = convolution(&b, wide, added, 3, 1, wide);
  auto halved = convolution(&b, added, strided, 3, 2);
  auto narrow = convolution(&b, blocks, small, 3, 1);
  auto widened = convolution(&b, wide, floats, 3, 1);
  auto both = convolution(&b, wide, mixed, 3, 1, added);
  auto out = convolution(&b, right, head, 1, 1);
  b.step(YOLO4J_PLAN_COPY, right, copy);
  b.step(YOLO4J_PLAN_COPY, floats, again);
  yolo4j_plan_step& pool = b.step(YOLO4J_PLAN_MAX_POOL, right, pooled);
  pool.kernel_height = 5;
  pool.pad_top = 2;
  b.step(YOLO4J_PLAN_COPY, left, moved);
  b.step(YOLO4J_PLAN_UPSAMPLE, strided, enlarged).stride_height = 2;
  yolo4j_plan_step& pad = b.step(YOLO4J_PLAN_PAD, wide, padded);
  pad.pad_top = 1;

  Compiled compiled(b);
  CHECK_EQUAL(compiled.status, YOLO4J_OK);
  if (compiled.status != YOLO4J_OK) {
    return;
  }
  std::vector<uint8_t> rgb = pixels(2 * 8 * 12 * 3);
  compiled.run(rgb.data());
  auto pixel = [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return rgb[static_cast<std::size_t>(((n * 8 + i) * 12 + j) * 3 + c)] / 255.0;
  };
  auto silu_of = [&](const yolo4j_plan_step& s, int32_t second = kNone) {
    return [&, second](int64_t n, int64_t i, int64_t j, int64_t c) {
      return silu(convolved(compiled, b, s, n, i, j, c)) +
             (second == kNone ? 0 : at(compiled, b, second, n, i, j, c));
    };
  };
  auto value = [&](int32_t tensor) {
    return [&, tensor](int64_t n, int64_t i, int64_t j, int64_t c) {
      return at(compiled, b, tensor, n, i, j, c);
    };
  };
  expect(compiled, b, image, "pixels", 1e-6, pixel);
  expect(compiled, b, blocks, "blocks", 1e-6, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return pixel(n, 2 * i + c / 6, 2 * j + c / 3 % 2, c % 3);
  });
  expect_bytes(compiled, b, merged, "first", silu_of(first));
  expect_bytes(compiled, b, wide, "product", silu_of(product));
  expect_bytes(compiled, b, added, "residual", silu_of(residual, wide));
  expect_bytes(compiled, b, strided, "stride 2", silu_of(halved));
  expect_bytes(compiled, b, small, "narrow", silu_of(narrow));
  expect(compiled, b, floats, "to floats", 1e-5, silu_of(widened));
  expect(compiled, b, mixed, "to floats with a residual", 1e-5, silu_of(both, added));
  expect(compiled, b, head, "head", 1e-5, silu_of(out));
  expect(compiled, b, copy, "copy to floats", 1e-7, value(right));
  expect_bytes(compiled, b, again, "copy to bytes", value(floats));
  expect(compiled, b, moved, "copy", 0, value(left));
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
  expect(compiled, b, enlarged, "upsample", 0, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return at(compiled, b, strided, n, i / 2, j / 2, c);
  });
  expect(compiled, b, padded, "pad", 0, [&](int64_t n, int64_t i, int64_t j, int64_t c) {
    return at(compiled, b, wide, n, i - 1, j, c);
  });
  CHECK_CONTAINS(compiled.describe(3).c_str(), "matmul");
  CHECK_CONTAINS(compiled.describe(10).c_str(), "requantize");
}

/// Compiles a network that must fail, and checks its text.
void refuses(const Builder& b, int32_t status, const char* text) {
  yolo4j_plan_network network = b.network();
  yolo4j_plan* plan = nullptr;
  CHECK_EQUAL(yolo4j_plan_create(&network, &plan), status);
  CHECK_CONTAINS(yolo4j_plan_last_error(), text);
  yolo4j_plan_destroy(plan);
}

void misfits_are_refused() {
  for (float scale : {0.0f, -1.0f, INFINITY, NAN}) {
    Builder b;
    b.step(YOLO4J_PLAN_PIXELS, kNone, b.bytes(4, 4, 3, scale, 0));
    refuses(b, YOLO4J_INVALID_ARGUMENT, "tensor 0: bytes need a finite scale above 0");
  }
  Builder pixel_scale;
  pixel_scale.step(YOLO4J_PLAN_PIXELS, kNone, pixel_scale.bytes(4, 4, 3, 0.1f, 0));
  refuses(pixel_scale, YOLO4J_INVALID_ARGUMENT, "pixels as bytes have the scale 1/255");
  Builder activation;
  int32_t x = activation.bytes(4, 4, 3, 0.1f, 0);
  activation.step(YOLO4J_PLAN_ACTIVATION, x, x);
  refuses(activation, YOLO4J_UNSUPPORTED, "step 0: a step of kind 6 takes no bytes");
  Builder pool;
  yolo4j_plan_step& s =
      pool.step(YOLO4J_PLAN_MAX_POOL, pool.bytes(4, 4, 3, 0.1f, 0), pool.bytes(4, 4, 3, 0.2f, 0));
  s.kernel_height = 1;
  refuses(pool, YOLO4J_INVALID_ARGUMENT, "of x's type and scale");
  Builder writes;
  int32_t floats = writes.tensor(4, 4, 3);
  convolution(&writes, floats, writes.bytes(4, 4, 3, 0.1f, 0), 3, 1);
  refuses(writes, YOLO4J_UNSUPPORTED, "writes bytes only where it reads them");
}

}  // namespace

int main() {
  const uint64_t fast =
      (UINT64_C(1) << YOLO4J_CPU_AVX512_VNNI) | (UINT64_C(1) << YOLO4J_CPU_AMX_INT8);
  if ((yolo4j_cpu_features() & fast) != 0) {
    steps_compute();
  } else {
    std::printf("plan bytes: not run, this CPU has no instructions for it\n");
  }
  misfits_are_refused();
  return check::result();
}
