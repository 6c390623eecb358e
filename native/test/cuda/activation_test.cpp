// Activations on the device: every code and type against double precision.
#include <limits>

#include "buffers.h"
#include "cuda/activations.h"
#include "cuda/device.h"

namespace {

using namespace cuda_test;
using test_buffers::Noise;

yolo4j_elementwise elementwise(int32_t dtype, int32_t activation, int64_t count) {
  yolo4j_elementwise p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.activation = activation;
  p.count = count;
  return p;
}

std::string text(const yolo4j_elementwise& p, int64_t shift) {
  return std::string(type_name(p.dtype)) + " activation " + std::to_string(p.activation) +
         " count " + std::to_string(p.count) + " shift " + std::to_string(shift);
}

/// The inputs cross all corners.
void matches(int32_t dtype, int32_t activation, int64_t count, int64_t shift) {
  yolo4j_elementwise p = elementwise(dtype, activation, count);
  Buffer x(dtype, count, Buffer::kInput, shift);
  Buffer dy(dtype, count, Buffer::kInput, shift);
  Buffer y(dtype, count, Buffer::kOutput, shift);
  Buffer dx(dtype, count, Buffer::kOutput, shift);
  Noise noise(static_cast<uint32_t>(5 + count));
  for (int64_t i = 0; i < count; i++) {
    x.set(i, i % 7 == 0    ? 3
             : i % 11 == 0 ? -3
             : i % 13 == 0 ? 6
             : i % 17 == 0 ? 0
                           : 8 * noise.next());
    dy.set(i, noise.next());
  }
  x.upload();
  dy.upload();
  succeeded(text(p, shift), yolo4j_cuda_activation_forward(call(), &p, x.device(), y.device()));
  succeeded(text(p, shift),
            yolo4j_cuda_activation_backward(call(), &p, x.device(), dy.device(), dx.device()));
  std::vector<Expected> forward(static_cast<std::size_t>(count));
  std::vector<Expected> backward(static_cast<std::size_t>(count));
  for (int64_t i = 0; i < count; i++) {
    forward[static_cast<std::size_t>(i)] = {activated(activation, x.get(i)), 1};
    backward[static_cast<std::size_t>(i)] = {dy.get(i) * slope(activation, x.get(i)),
                                             std::fabs(dy.get(i))};
  }
  compare(text(p, shift), "y", y, forward);
  compare(text(p, shift), "dx", dx, backward);
}

/// y may be x, and dx may be dy.
void in_place_matches(int32_t dtype) {
  yolo4j_elementwise p = elementwise(dtype, YOLO4J_ACTIVATION_SILU, 100);
  Buffer x(dtype, 100, Buffer::kInput);
  Buffer inout(dtype, 100, Buffer::kOutput);
  std::vector<Expected> forward(100);
  for (int64_t i = 0; i < 100; i++) {
    inout.set(i, static_cast<float>(i) / 16 - 3);
    forward[static_cast<std::size_t>(i)] = {activated(YOLO4J_ACTIVATION_SILU, inout.get(i)), 1};
  }
  inout.upload();
  succeeded("in place", yolo4j_cuda_activation_forward(call(), &p, inout.device(), inout.device()));
  compare("in place", "y", inout, forward);
}

void special_values_go_through() {
  const float inf = std::numeric_limits<float>::infinity();
  for (int32_t activation = 0; activation <= YOLO4J_ACTIVATION_SIGMOID; activation++) {
    yolo4j_elementwise p = elementwise(YOLO4J_DTYPE_F32, activation, 5);
    Buffer x(YOLO4J_DTYPE_F32, 5, Buffer::kInput);
    Buffer one(YOLO4J_DTYPE_F32, 5, Buffer::kInput);
    Buffer y(YOLO4J_DTYPE_F32, 5, Buffer::kOutput);
    Buffer dx(YOLO4J_DTYPE_F32, 5, Buffer::kOutput);
    const float values[] = {NAN, inf, 200, -200, -0.0f};
    for (int64_t i = 0; i < 5; i++) {
      x.set(i, values[i]);
      one.set(i, 1);
    }
    x.upload();
    one.upload();
    succeeded("specials", yolo4j_cuda_activation_forward(call(), &p, x.device(), y.device()));
    succeeded("specials",
              yolo4j_cuda_activation_backward(call(), &p, x.device(), one.device(), dx.device()));
    y.download();
    dx.download();
    CHECK(std::isnan(y.get(0)));
    CHECK_CLOSE(y.get(1), activated(activation, static_cast<double>(inf)), 0, 0);
    for (int64_t i = 2; i < 5; i++) {
      CHECK_CLOSE(y.get(i), activated(activation, x.get(i)), 1e-6, 1e-30);
      CHECK_CLOSE(dx.get(i), slope(activation, x.get(i)), 1e-6, 1e-30);
    }
  }
}

void wrong_arguments_are_named() {
  Buffer x(YOLO4J_DTYPE_F32, 8, Buffer::kInput);
  Buffer y(YOLO4J_DTYPE_F32, 8, Buffer::kOutput);
  yolo4j_elementwise p = elementwise(YOLO4J_DTYPE_F32, YOLO4J_ACTIVATION_SILU, 8);
  auto forward = [&](const yolo4j_elementwise& given, const void* from, void* to) {
    return yolo4j_cuda_activation_forward(call(), &given, from, to);
  };
  CHECK_REFUSED(yolo4j_cuda_activation_forward(call(), nullptr, x.device(), y.device()),
                YOLO4J_INVALID_ARGUMENT, "must not be null");
  CHECK_REFUSED(yolo4j_cuda_activation_forward(nullptr, &p, x.device(), y.device()),
                YOLO4J_INVALID_ARGUMENT, "must not be null");
  CHECK_REFUSED(forward(p, nullptr, y.device()), YOLO4J_INVALID_ARGUMENT, "x must not be null");
  CHECK_REFUSED(forward(p, x.device(), nullptr), YOLO4J_INVALID_ARGUMENT, "y must not be null");
  CHECK_REFUSED(yolo4j_cuda_activation_backward(call(), &p, x.device(), nullptr, y.device()),
                YOLO4J_INVALID_ARGUMENT, "dy must not be null");
  CHECK_REFUSED(forward(p, static_cast<char*>(x.device()) + 2, y.device()), YOLO4J_INVALID_ARGUMENT,
                "x must be aligned to 4 bytes");
  yolo4j_elementwise wrong = p;
  wrong.struct_size = 4;
  CHECK_REFUSED(forward(wrong, x.device(), y.device()), YOLO4J_INVALID_ARGUMENT, "struct_size");
  wrong = p;
  wrong.dtype = YOLO4J_DTYPE_I8;
  CHECK_REFUSED(forward(wrong, x.device(), y.device()), YOLO4J_UNSUPPORTED,
                "dtype must be f32, f16 or bf16, got i8");
  wrong = p;
  wrong.activation = 7;
  CHECK_REFUSED(forward(wrong, x.device(), y.device()), YOLO4J_INVALID_ARGUMENT, "got 7");
  wrong = p;
  wrong.count = INT64_MAX;
  CHECK_REFUSED(forward(wrong, x.device(), y.device()), YOLO4J_INVALID_ARGUMENT, "count must be");
  wrong.count = -1;
  CHECK_REFUSED(forward(wrong, x.device(), y.device()), YOLO4J_INVALID_ARGUMENT, "got -1");
  yolo4j_cuda_call other = *call();
  other.struct_size = 4;
  CHECK_REFUSED(yolo4j_cuda_activation_forward(&other, &p, x.device(), y.device()),
                YOLO4J_INVALID_ARGUMENT, "struct_size");
  other = *call();
  other.device = 64;
  CHECK_REFUSED(yolo4j_cuda_activation_forward(&other, &p, x.device(), y.device()),
                YOLO4J_INVALID_ARGUMENT, "device must be from 0 to");
  CHECK(y.untouched());
  wrong.count = 0;
  CHECK_EQUAL(forward(wrong, x.device(), y.device()), YOLO4J_OK);
  CHECK(y.untouched());
}

}  // namespace

int main() {
  memory();
  wrong_arguments_are_named();
  special_values_go_through();
  for (int32_t dtype : kFloatTypes) {
    in_place_matches(dtype);
    for (int32_t activation = 0; activation <= YOLO4J_ACTIVATION_SIGMOID; activation++) {
      for (int64_t count : {1, 7, 8, 9, 255, 2051}) {
        matches(dtype, activation, count, 0);
      }
      matches(dtype, activation, 37, 1);
    }
  }
  return check::result();
}
