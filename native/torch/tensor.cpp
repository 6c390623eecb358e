#include "torch/tensor.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "torch/op.h"

namespace yolo4j::torch {
namespace {

void check(int32_t error, const char* function) {
  if (error != 0) {
    refuse("LibTorch's %s failed", function);
  }
}

}  // namespace

void refuse(const char* format, ...) {
  char text[512];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  throw std::runtime_error(text);
}

Tensor::~Tensor() {
  if (handle_ != nullptr) {
    functions.aoti_torch_delete_tensor_object(handle_);
  }
}

Tensor Tensor::optional_argument(Value value) {
  if (value == 0) {
    return Tensor();
  }
  Value* held = reinterpret_cast<Value*>(value);
  Tensor tensor = argument(*held);
  delete held;
  return tensor;
}

Tensor Tensor::empty(int64_t dim, const int64_t* sizes, const int64_t* strides, int32_t dtype,
                     Device device) {
  Handle handle = nullptr;
  check(functions.aoti_torch_empty_strided(dim, sizes, strides, dtype, device.type, device.index,
                                           &handle),
        "aoti_torch_empty_strided");
  return Tensor(handle);
}

Tensor Tensor::vector(int64_t size, Device device) {
  int64_t stride = 1;
  return empty(1, &size, &stride, functions.aoti_torch_dtype_float32(), device);
}

Tensor Tensor::like(Device device) const {
  return empty(dim(), sizes(), strides(), dtype(), device);
}

Tensor Tensor::part(int64_t first, int64_t count) const {
  int64_t stride = 1;
  Handle handle = nullptr;
  check(functions.aoti_torch__reinterpret_tensor(handle_, 1, &count, &stride, first, &handle),
        "aoti_torch__reinterpret_tensor");
  return Tensor(handle);
}

void Tensor::copy_from(const Tensor& from) {
  check(functions.aoti_torch_copy_(handle_, from.handle_, 1), "aoti_torch_copy_");
}

Device Tensor::device() const {
  Device device = {};
  check(functions.aoti_torch_get_device_type(handle_, &device.type), "aoti_torch_get_device_type");
  check(functions.aoti_torch_get_device_index(handle_, &device.index),
        "aoti_torch_get_device_index");
  return device;
}

Tensor Tensor::undefined() {
  Handle handle = nullptr;
  check(functions.aoti_torch_new_uninitialized_tensor(&handle),
        "aoti_torch_new_uninitialized_tensor");
  return Tensor(handle);
}

Tensor Tensor::dense(const int64_t (&n)[4], int32_t layout, int32_t dtype, Device device) {
  bool last = layout == YOLO4J_LAYOUT_NHWC;
  int64_t strides[4] = {n[1] * n[2] * n[3], last ? 1 : n[2] * n[3], last ? n[3] * n[1] : n[3],
                        last ? n[1] : 1};
  return empty(4, n, strides, dtype, device);
}

Tensor Tensor::made_dense(int32_t layout, Device device) const {
  if (dense_in(*this, layout)) {
    return Tensor();
  }
  const int64_t* n = sizes();
  const int64_t* s = strides();
  Tensor copy = dense({n[0], n[1], n[2], n[3]}, layout, dtype(), device);
  if (!(device == Device::cpu())) {
    copy.copy_from(*this);
    return copy;
  }
  const int64_t* goals = copy.strides();
  std::size_t bytes = dtype() == functions.aoti_torch_dtype_float32() ? 4 : 2;
  const char* from = static_cast<const char*>(data());
  char* to = static_cast<char*>(copy.data());
  for (int64_t i = 0; i < n[0] * n[2] * n[3] * n[1]; i++) {
    int64_t channel = i % n[1];
    int64_t x = i / n[1] % n[3];
    int64_t y = i / n[1] / n[3] % n[2];
    int64_t image = i / n[1] / n[3] / n[2];
    int64_t place = image * s[0] + channel * s[1] + y * s[2] + x * s[3];
    int64_t goal = image * goals[0] + channel * goals[1] + y * goals[2] + x * goals[3];
    std::memcpy(to + goal * static_cast<int64_t>(bytes), from + place * static_cast<int64_t>(bytes),
                bytes);
  }
  return copy;
}

List::~List() { functions.torch_delete_list(handle_); }

int64_t List::at(std::size_t index) const {
  Value value = 0;
  check(functions.torch_list_get_item(handle_, index, &value), "torch_list_get_item");
  return static_cast<int64_t>(value);
}

int64_t Tensor::dim() const {
  int64_t dim = 0;
  check(functions.aoti_torch_get_dim(handle_, &dim), "aoti_torch_get_dim");
  return dim;
}

const int64_t* Tensor::sizes() const {
  int64_t* sizes = nullptr;
  check(functions.aoti_torch_get_sizes(handle_, &sizes), "aoti_torch_get_sizes");
  return sizes;
}

const int64_t* Tensor::strides() const {
  int64_t* strides = nullptr;
  check(functions.aoti_torch_get_strides(handle_, &strides), "aoti_torch_get_strides");
  return strides;
}

int32_t Tensor::dtype() const {
  int32_t dtype = 0;
  check(functions.aoti_torch_get_dtype(handle_, &dtype), "aoti_torch_get_dtype");
  return dtype;
}

void* Tensor::data() const {
  void* data = nullptr;
  check(functions.aoti_torch_get_data_ptr(handle_, &data), "aoti_torch_get_data_ptr");
  return data;
}

float* Tensor::floats(const char* name, int64_t size) const {
  if (!defined()) {
    return nullptr;
  }
  bool fits = dtype() == functions.aoti_torch_dtype_float32() && dim() == 1 && sizes()[0] == size &&
              (size == 1 || strides()[0] == 1);
  if (!fits) {
    refuse("%s must be a dense float32 vector of %lld elements", name,
           static_cast<long long>(size));
  }
  return static_cast<float*>(data());
}

}  // namespace yolo4j::torch
