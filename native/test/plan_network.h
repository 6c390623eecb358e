// Networks for the plan executor's tests: built step by step, compiled with one context.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "yolo4j_plan.h"

namespace test_plan {

using test_buffers::Noise;

constexpr int32_t kNone = -1;

/// A network under construction; tensors lie one after the other in the arena.
struct Builder {
  std::vector<yolo4j_plan_tensor> tensors;
  std::vector<yolo4j_plan_step> steps;
  std::vector<std::unique_ptr<std::vector<float>>> weights;
  int64_t arena = 0;
  int32_t threads = 2;
#if defined(__x86_64__)
  int32_t allow_reference = 0;
#else
  int32_t allow_reference = 1;  // oneDNN has code of its own for x86-64 alone
#endif

  int32_t tensor(int64_t height, int64_t width, int64_t channels, int64_t stride = 0,
                 int32_t dtype = YOLO4J_DTYPE_F32, int64_t images = 2) {
    yolo4j_plan_tensor t{};
    t.struct_size = sizeof t;
    t.dtype = dtype;
    t.images = images;
    t.height = height;
    t.width = width;
    t.channels = channels;
    t.pixel_stride = stride == 0 ? channels : stride;
    t.offset = arena;
    arena += (images * height * width * t.pixel_stride * 4 + 63) / 64 * 64;
    tensors.push_back(t);
    return static_cast<int32_t>(tensors.size() - 1);
  }

  /// A tensor of bytes.
  int32_t bytes(int64_t height, int64_t width, int64_t channels, float scale, int32_t zero_point) {
    int32_t id = tensor(height, width, channels, 0, YOLO4J_DTYPE_U8);
    tensors.back().scale = scale;
    tensors.back().zero_point = zero_point;
    return id;
  }

  /// Some channels of a tensor.
  int32_t slice(int32_t of, int64_t first, int64_t channels) {
    yolo4j_plan_tensor t = tensors[static_cast<std::size_t>(of)];
    t.offset += first * yolo4j_dtype_size(t.dtype);
    t.channels = channels;
    tensors.push_back(t);
    return static_cast<int32_t>(tensors.size() - 1);
  }

  yolo4j_plan_step& step(int32_t kind, int32_t x, int32_t y) {
    yolo4j_plan_step s{};
    s.struct_size = sizeof s;
    s.kind = kind;
    s.x = x;
    s.second = kNone;
    s.y = y;
    s.pooled = kNone;
    s.kernel_height = s.kernel_width = 1;
    s.stride_height = s.stride_width = 1;
    s.dilation_height = s.dilation_width = 1;
    s.groups = 1;
    steps.push_back(s);
    return steps.back();
  }

  const float* random(int64_t count, uint32_t seed) {
    weights.push_back(std::make_unique<std::vector<float>>(static_cast<std::size_t>(count)));
    Noise noise(seed);
    for (float& w : *weights.back()) {
      w = noise.next() / 2;
    }
    return weights.back()->data();
  }

  yolo4j_plan_network network() const {
    yolo4j_plan_network n{};
    n.struct_size = sizeof n;
    n.threads = threads;
    n.allow_reference = allow_reference;
    n.tensor_count = static_cast<int32_t>(tensors.size());
    n.tensors = tensors.data();
    n.step_count = static_cast<int32_t>(steps.size());
    n.steps = steps.data();
    n.arena_bytes = arena;
    return n;
  }
};

/// A compiled network with one context.
class Compiled {
 public:
  explicit Compiled(const Builder& builder) : builder_(builder) {
    yolo4j_plan_network network = builder.network();
    status = yolo4j_plan_create(&network, &plan_);
    if (status == YOLO4J_OK) {
      status = yolo4j_plan_context_create(plan_, &context_);
    }
    if (status != YOLO4J_OK) {
      std::fprintf(stderr, "%s\n", yolo4j_plan_last_error());
    }
  }
  ~Compiled() {
    yolo4j_plan_context_destroy(context_);
    yolo4j_plan_destroy(plan_);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  void run(const uint8_t* pixels, int64_t* times = nullptr) {
    CHECK_EQUAL(yolo4j_plan_run(context_, pixels, times), YOLO4J_OK);
  }

  char* data(int32_t tensor) const {
    void* data = nullptr;
    CHECK_EQUAL(yolo4j_plan_tensor_data(context_, tensor, &data), YOLO4J_OK);
    return static_cast<char*>(data);
  }

  /// The value at a pixel and a channel, as float.
  double get(int32_t tensor, int64_t pixel, int64_t channel) const {
    const yolo4j_plan_tensor& t = builder_.tensors[static_cast<std::size_t>(tensor)];
    const char* at = data(tensor) + (pixel * t.pixel_stride + channel) * yolo4j_dtype_size(t.dtype);
    if (t.dtype == YOLO4J_DTYPE_F32) {
      float v;
      std::memcpy(&v, at, sizeof v);
      return static_cast<double>(v);
    }
    if (t.dtype == YOLO4J_DTYPE_U8) {
      return (static_cast<double>(static_cast<uint8_t>(*at)) - t.zero_point) *
             static_cast<double>(t.scale);
    }
    uint16_t half;
    std::memcpy(&half, at, sizeof half);
    return static_cast<double>(test_buffers::to_float(half));
  }

  std::string describe(int32_t step) const {
    char text[256];
    CHECK_EQUAL(yolo4j_plan_describe(plan_, step, text, sizeof text), YOLO4J_OK);
    return text;
  }

  yolo4j_plan* plan() const { return plan_; }
  yolo4j_plan_context* context() const { return context_; }

  int32_t status;

 private:
  const Builder& builder_;
  yolo4j_plan* plan_ = nullptr;
  yolo4j_plan_context* context_ = nullptr;
};

inline std::vector<uint8_t> pixels(int64_t count) {
  std::vector<uint8_t> values(static_cast<std::size_t>(count));
  Noise noise(11);
  for (uint8_t& v : values) {
    v = static_cast<uint8_t>(128 + 127 * noise.next());
  }
  return values;
}

/// Weights and a window for a convolution of so many channels.
inline void window(Builder* b, yolo4j_plan_step* s, int64_t in, int64_t out, int32_t kernel,
                   int32_t stride) {
  s->kernel_height = s->kernel_width = kernel;
  s->stride_height = s->stride_width = stride;
  s->pad_top = s->pad_left = s->pad_bottom = s->pad_right = kernel / 2;
  s->weight = b->random(out * in * kernel * kernel, static_cast<uint32_t>(in * 7 + out));
  s->bias = b->random(out, 5);
}

/// Compares a whole tensor with expected(image, row, column, channel).
inline void expect(const Compiled& compiled, const Builder& builder, int32_t tensor,
                   const char* what, double tolerance,
                   const std::function<double(int64_t, int64_t, int64_t, int64_t)>& expected) {
  const yolo4j_plan_tensor& t = builder.tensors[static_cast<std::size_t>(tensor)];
  for (int64_t n = 0; n < t.images; n++) {
    for (int64_t i = 0; i < t.height; i++) {
      for (int64_t j = 0; j < t.width; j++) {
        for (int64_t c = 0; c < t.channels; c++) {
          double actual = compiled.get(tensor, (n * t.height + i) * t.width + j, c);
          double wanted = expected(n, i, j, c);
          if (!check::close(actual, wanted, tolerance, tolerance)) {
            check::failures++;
            std::fprintf(stderr, "%s [%lld %lld %lld %lld] is %g instead of %g\n", what,
                         static_cast<long long>(n), static_cast<long long>(i),
                         static_cast<long long>(j), static_cast<long long>(c), actual, wanted);
            return;
          }
        }
      }
    }
  }
}

/// Values of a tensor at a place, zero outside.
inline double at(const Compiled& compiled, const Builder& builder, int32_t tensor, int64_t n,
                 int64_t i, int64_t j, int64_t c) {
  const yolo4j_plan_tensor& t = builder.tensors[static_cast<std::size_t>(tensor)];
  return i < 0 || j < 0 || i >= t.height || j >= t.width
             ? 0
             : compiled.get(tensor, (n * t.height + i) * t.width + j, c);
}

inline double silu(double u) { return u / (1 + std::exp(-u)); }

inline double convolved(const Compiled& compiled, const Builder& b, const yolo4j_plan_step& s,
                        int64_t n, int64_t i, int64_t j, int64_t c) {
  const int64_t in = b.tensors[static_cast<std::size_t>(s.x)].channels / s.groups;
  const int64_t out = b.tensors[static_cast<std::size_t>(s.y)].channels / s.groups;
  double sum = s.bias == nullptr ? 0 : static_cast<double>(s.bias[c]);
  for (int64_t k = 0; k < in; k++) {
    for (int64_t u = 0; u < s.kernel_height; u++) {
      for (int64_t v = 0; v < s.kernel_width; v++) {
        sum += static_cast<double>(
                   s.weight[((c * in + k) * s.kernel_height + u) * s.kernel_width + v]) *
               at(compiled, b, s.x, n, i * s.stride_height - s.pad_top + u * s.dilation_height,
                  j * s.stride_width - s.pad_left + v * s.dilation_width, c / out * in + k);
      }
    }
  }
  return sum;
}

}  // namespace test_plan
