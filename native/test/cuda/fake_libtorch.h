// LibTorch's part in the tests of native/torch: tensors, lists and the registry behind the C ABI,
// of which the operations call nothing else. A GPU's tensors lie in the fake driver's memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "torch/libtorch.h"

namespace fake_libtorch {

using yolo4j::torch::Handle;
using yolo4j::torch::Kernel;
using yolo4j::torch::Value;

enum : int32_t { kCpu = 0, kCuda = 1 };
enum : int32_t { kFloat16 = 5, kFloat32 = 6, kBfloat16 = 15 };

/// Fills the table that native/torch calls through; libyolo4j's functions are the library's own.
void install();

/// LibTorch's code of one of our types.
int32_t dtype_of(int32_t yolo4j_dtype);

/// A tensor over memory that stays the caller's.
Handle tensor(std::vector<int64_t> sizes, std::vector<int64_t> strides, int32_t dtype, void* data,
              int32_t device_type = kCuda, int32_t device_index = 0);
Value list(std::vector<Value> items);
/// An argument of type Tensor?.
Value optional(Handle tensor);

/// Memory of a result, null for the undefined tensor.
void* data_of(Value result);
std::vector<int64_t> strides_of(Value result);
int32_t device_of(Value result);
void release(Value result);

/// Tensors and lists that nobody has deleted.
int64_t living();
/// How often LibTorch's copy has run.
int64_t copies();

/// The stream that the fake says is current on a GPU.
void* stream_of(int32_t device);

struct Registered {
  std::string key;
  std::string name;
  Kernel kernel;
};
const std::vector<Registered>& registered();

}  // namespace fake_libtorch
