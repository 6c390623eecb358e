// A tensor of LibTorch that we own one reference of.
#pragma once

#include <cstddef>
#include <cstdint>

#include "torch/libtorch.h"

namespace yolo4j::torch {

/// Throws std::runtime_error with the text of printf's form; LibTorch hands it on to the caller.
[[noreturn]] void refuse(const char* format, ...) __attribute__((format(printf, 1, 2)));

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
  /// A new tensor on the CPU.
  static Tensor empty(int64_t dim, const int64_t* sizes, const int64_t* strides, int32_t dtype);
  /// A new tensor of 4 dimensions on the CPU, dense in that layout (enum yolo4j_layout).
  static Tensor dense(const int64_t (&sizes)[4], int32_t layout, int32_t dtype);
  /// A new float32 vector.
  static Tensor vector(int64_t size);
  /// The tensor that stands for none in an operation's results.
  static Tensor undefined();
  /// A new tensor with this one's sizes, strides and type.
  Tensor like() const;

  /// A copy that is dense in that layout (enum yolo4j_layout); empty where this one of 4 dimensions
  /// is so itself.
  Tensor made_dense(int32_t layout) const;

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
