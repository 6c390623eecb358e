// Where an operation runs: the CPU's kernels, or those of a GPU on LibTorch's current stream there.
#pragma once

#include <cstdint>

#include "torch/tensor.h"
#include "yolo4j.h"

namespace yolo4j::torch {

class Place {
 public:
  static Place cpu() { return Place(); }
  /// The GPU that x is on, with the stream that LibTorch's own operations would take now. Throws
  /// where x is on none.
  static Place gpu_of(const char* operation, const Tensor& x);

  bool on_gpu() const { return on_gpu_; }
  Device device() const { return device_; }
  /// For the yolo4j_cuda_* functions.
  const yolo4j_cuda_call* call() const { return &call_; }

  /// Throws unless the tensor is on this GPU; LibTorch sends mixed arguments here as well. On the
  /// CPU there is nothing to look at.
  void check(const char* operation, const char* name, const Tensor& tensor) const;

  /// The code of a tensor's type, which on a GPU may be float16.
  int32_t dtype(const char* operation, const Tensor& x) const;

 private:
  Place() : device_(Device::cpu()) {}

  bool on_gpu_ = false;
  Device device_;
  yolo4j_cuda_call call_ = {};
};

/// The stream that LibTorch's own operations on a GPU would take now, as a number; -1 where
/// LibTorch is one without GPUs, or has no such GPU. After resolve() has succeeded.
int64_t current_stream(int32_t device);

/// Memory of one call, aligned to 16 bytes on a GPU. There it is LibTorch's: it goes back when the
/// call has been enqueued, and LibTorch's allocator hands it out again on the same stream only.
class Workspace {
 public:
  Workspace(const Place& place, int64_t bytes);
  void* data() const { return data_; }

 private:
  Tensor tensor_;
  void* data_;
};

}  // namespace yolo4j::torch
