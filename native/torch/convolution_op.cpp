// convolution_overrideable has a schema and a formula for its derivative in every build of
// LibTorch, and nothing on the CPU nor on GPUs; we are that. See README.md.
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
template <bool kGpu>
void forward(Value* stack, uint64_t, uint64_t) {
  if (is_squeeze_excite(stack[1])) {
    squeeze_excite_forward(stack, kGpu);
  } else {
    depthwise_forward(stack, kGpu);
  }
}

/// convolution_backward_overrideable(Tensor grad_output, Tensor input, Tensor weight, SymInt[]
/// stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt
/// groups, bool[3] output_mask) -> (Tensor grad_input, Tensor grad_weight, Tensor grad_bias)
template <bool kGpu>
void backward(Value* stack, uint64_t, uint64_t) {
  if (is_squeeze_excite(stack[2])) {
    squeeze_excite_backward(stack, kGpu);
  } else {
    depthwise_backward(stack, kGpu);
  }
}

/// Kernels of both operations for a dispatch key. The library is kept for the life of the process:
/// deleting it would take the kernels out again.
bool implement(const char* key, Kernel forward, Kernel backward, Library* library) {
  return functions.aoti_torch_library_init_impl("aten", key, __FILE__, __LINE__, library) == 0 &&
         functions.aoti_torch_library_impl(*library, "convolution_overrideable", forward) == 0 &&
         functions.aoti_torch_library_impl(*library, "convolution_backward_overrideable",
                                           backward) == 0;
}

}  // namespace

const char* register_convolution() {
  static Library library = nullptr;
  return implement("CPU", forward<false>, backward<false>, &library)
             ? nullptr
             : "LibTorch refused to register the kernels of convolution_overrideable";
}

const char* register_convolution_on_gpus() {
  static Library library = nullptr;
  // Before anything is registered: fails without kernels in the library, a driver or a GPU.
  int32_t count = 0;
  if (functions.yolo4j_cuda_device_count(&count) != YOLO4J_OK) {
    return functions.yolo4j_last_error();
  }
  return implement("CUDA", forward<true>, backward<true>, &library)
             ? nullptr
             : "LibTorch refused to register the kernels of convolution_overrideable on GPUs";
}

}  // namespace yolo4j::torch
