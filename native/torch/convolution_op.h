#pragma once

#include <cstddef>

#include "torch/tensor.h"

namespace yolo4j::torch {

/// What convolution_overrideable and its backward are told beside tensors; takes the lists over.
struct ConvolutionArguments {
  ConvolutionArguments(Value* stack, std::size_t first)
      : stride(stack[first]),
        padding(stack[first + 1]),
        dilation(stack[first + 2]),
        transposed((stack[first + 3] & 0xff) != 0),
        output_padding(stack[first + 4]),
        groups(static_cast<int64_t>(stack[first + 5])) {}

  List stride;
  List padding;
  List dilation;
  bool transposed;
  List output_padding;
  int64_t groups;
};

/// Registers what runs as aten::convolution_overrideable with LibTorch. Returns null, or why it
/// can't be done.
const char* register_convolution();

/// The same for GPUs, after resolve_cuda(). Says why, too, where libyolo4j has no kernels for GPUs
/// or finds none. The text is in static or thread-local storage.
const char* register_convolution_on_gpus();

}  // namespace yolo4j::torch
