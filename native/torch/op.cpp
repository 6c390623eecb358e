#include "torch/op.h"

#include <cstddef>
#include <initializer_list>
#include <memory>

namespace yolo4j::torch {
namespace {

/// Whether elements lie densely when dimensions are ordered so, the innermost last.
bool dense(const Tensor& x, const int (&order)[4]) {
  int64_t expected = 1;
  for (int i = 3; i >= 0; i--) {
    int64_t size = x.sizes()[order[i]];
    if (size != 1 && x.strides()[order[i]] != expected) {
      return false;
    }
    expected *= size;
  }
  return true;
}

constexpr int kNchw[4] = {0, 1, 2, 3};
constexpr int kNhwc[4] = {0, 2, 3, 1};

struct Memory {
  void* at_least(int64_t bytes) {
    int64_t needed = (bytes + 7) / 8;
    if (needed > size) {
      memory.reset(new double[static_cast<std::size_t>(needed)]);
      size = needed;
    }
    return memory.get();
  }
  std::unique_ptr<double[]> memory;
  int64_t size = 0;
};

thread_local Memory memory;

}  // namespace

void check_status(int32_t status, const char* function) {
  if (status != YOLO4J_OK) {
    refuse("%s: %s", function, functions.yolo4j_last_error());
  }
}

bool dense_in(const Tensor& x, int32_t layout) {
  return layout == YOLO4J_LAYOUT_NCHW ? dense(x, kNchw) : dense(x, kNhwc);
}

int32_t layout_of(const char* operation, const Tensor& x) {
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    if (dense_in(x, layout)) {
      return layout;
    }
  }
  refuse("%s: x must be dense in NCHW or NHWC, got strides [%lld,%lld,%lld,%lld]", operation,
         static_cast<long long>(x.strides()[0]), static_cast<long long>(x.strides()[1]),
         static_cast<long long>(x.strides()[2]), static_cast<long long>(x.strides()[3]));
}

int32_t kernel_dtype(const char* operation, const Tensor& x, bool half) {
  int32_t dtype = x.dtype();
  if (dtype == functions.aoti_torch_dtype_float32()) {
    return YOLO4J_DTYPE_F32;
  }
  if (dtype == functions.aoti_torch_dtype_bfloat16()) {
    return YOLO4J_DTYPE_BF16;
  }
  if (half && dtype == functions.aoti_torch_dtype_float16()) {
    return YOLO4J_DTYPE_F16;
  }
  refuse("%s: x must be float32%s or bfloat16, got LibTorch's type %d", operation,
         half ? ", float16" : "", dtype);
}

int32_t thread_count() {
  uint32_t threads = 1;
  if (functions.torch_get_num_threads(&threads) != 0 || threads < 1) {
    threads = 1;
  }
  return static_cast<int32_t>(threads);
}

void* workspace(int64_t bytes) { return memory.at_least(bytes); }

}  // namespace yolo4j::torch
