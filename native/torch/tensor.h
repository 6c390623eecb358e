// A tensor of LibTorch that we own one reference of.
#pragma once

#include <cstddef>
#include <cstdint>

#include "torch/libtorch.h"

namespace yolo4j::torch {

/// Throws std::runtime_error with the text of printf's form; LibTorch hands it on to the caller.
[[noreturn]] void refuse(const char* format, ...) __attribute__((format(printf, 1, 2)));

/// A device in the numbers of LibTorch's C ABI.
struct Device {
  int32_t type;
  int32_t index;

  static Device cpu() { return {functions.aoti_torch_device_type_cpu(), 0}; }
  bool operator==(const Device& other) const { return type == other.type && index == other.index; }
};

class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Handle handle) : handle_(handle) {}
  Tensor(Tensor&& other) noexcept : handle_(other.release()) {}
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;
  Tensor& operator=(Tensor&&) = delete;
  ~Tensor();

  /// An argument of type Tensor.
  static Tensor argument(Value value) { return Tensor(reinterpret_cast<Handle>(value)); }
  /// An argument of type Tensor?; empty without one.
  static Tensor optional_argument(Value value);
  /// A new tensor.
  static Tensor empty(int64_t dim, const int64_t* sizes, const int64_t* strides, int32_t dtype,
                      Device device = Device::cpu());
  /// A new tensor of 4 dimensions, dense in that layout (enum yolo4j_layout).
  static Tensor dense(const int64_t (&sizes)[4], int32_t layout, int32_t dtype,
                      Device device = Device::cpu());
  /// A new float32 vector.
  static Tensor vector(int64_t size, Device device = Device::cpu());
  /// The tensor that stands for none in an operation's results.
  static Tensor undefined();
  /// A new tensor with this one's sizes, strides and type.
  Tensor like(Device device = Device::cpu()) const;
  /// Some elements of this dense vector, in the same memory. Of resolve_cuda(), like the next two.
  Tensor part(int64_t first, int64_t count) const;
  /// LibTorch's copy on its current stream, between types and layouts.
  void copy_from(const Tensor& from);
  Device device() const;

  /// A copy that is dense in that layout (enum yolo4j_layout); empty where this one of 4 dimensions
  /// is so itself. Made on that device, where this tensor must be.
  Tensor made_dense(int32_t layout, Device device = Device::cpu()) const;

  bool defined() const { return handle_ != nullptr; }
  int64_t dim() const;
  const int64_t* sizes() const;
  const int64_t* strides() const;
  int32_t dtype() const;
  void* data() const;
  /// Elements of a float32 vector of that size; null when undefined. Throws for any other tensor.
  float* floats(const char* name, int64_t size) const;

  /// Gives the reference away, as the result of an operation.
  Value result() { return reinterpret_cast<Value>(release()); }

 private:
  Handle release() {
    Handle handle = handle_;
    handle_ = nullptr;
    return handle;
  }

  Handle handle_ = nullptr;
};

/// A list argument of numbers or flags, which we own.
class List {
 public:
  explicit List(Value value) : handle_(reinterpret_cast<ListHandle>(value)) {}
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List();

  int64_t at(std::size_t index) const;
  bool flag(std::size_t index) const { return (at(index) & 0xff) != 0; }

 private:
  ListHandle handle_;
};

}  // namespace yolo4j::torch
