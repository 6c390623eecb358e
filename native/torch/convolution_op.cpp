// convolution_overrideable has a schema and a formula for its derivative in every build of
// LibTorch, and nothing on the CPU; we are that. See README.md.
#include "torch/convolution_op.h"

#include "torch/depthwise_op.h"
#include "torch/libtorch.h"
#include "torch/op.h"
#include "torch/squeeze_excite_op.h"

namespace yolo4j::torch {
namespace {

/// Weights of one dimension are those of a squeeze and excite.
bool is_squeeze_excite(Value weight) {
  int64_t dim = 0;
  functions.aoti_torch_get_dim(reinterpret_cast<Handle>(weight), &dim);
  return dim == 1;
}

/// convolution_overrideable(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[]
/// padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor
void forward(Value* stack, uint64_t, uint64_t) {
  if (is_squeeze_excite(stack[1])) {
    squeeze_excite_forward(stack);
  } else {
    depthwise_forward(stack);
  }
}

/// convolution_backward_overrideable(Tensor grad_output, Tensor input, Tensor weight, SymInt[]
/// stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt
/// groups, bool[3] output_mask) -> (Tensor grad_input, Tensor grad_weight, Tensor grad_bias)
void backward(Value* stack, uint64_t, uint64_t) {
  if (is_squeeze_excite(stack[2])) {
    squeeze_excite_backward(stack);
  } else {
    depthwise_backward(stack);
  }
}

}  // namespace

const char* register_convolution() {
  // Kept for the life of the process: deleting it would take the kernels out again.
  static Library library = nullptr;
  if (functions.aoti_torch_library_init_impl("aten", "CPU", __FILE__, __LINE__, &library) != 0 ||
      functions.aoti_torch_library_impl(library, "convolution_overrideable", forward) != 0 ||
      functions.aoti_torch_library_impl(library, "convolution_backward_overrideable", backward) !=
          0) {
    return "LibTorch refused to register the kernels of convolution_overrideable";
  }
  return nullptr;
}

}  // namespace yolo4j::torch
