// What io.yolo4j.torch.FusedKernels calls. JNI passes an environment and a class first; we look at
// neither, and so need no header of a JDK.
#include <cstdint>

#include "torch/batch_norm_op.h"
#include "torch/convolution_op.h"
#include "torch/depthwise_op.h"
#include "torch/libtorch.h"
#include "torch/squeeze_excite_op.h"

#define YOLO4J_JNI(result, name) \
  extern "C" __attribute__((visibility("default"))) result Java_io_yolo4j_torch_FusedKernels_##name

/// Registers once in a process. Returns 0, or the address of a text that says why it can't be done.
YOLO4J_JNI(int64_t, register)(void*, void*) {
  static const char* const failure = [] {
    const char* reason = yolo4j::torch::resolve();
    reason = reason == nullptr ? yolo4j::torch::register_batch_norm() : reason;
    return reason == nullptr ? yolo4j::torch::register_convolution() : reason;
  }();
  return static_cast<int64_t>(reinterpret_cast<intptr_t>(failure));
}

YOLO4J_JNI(int64_t, runs)(void*, void*, uint8_t backwards) {
  return yolo4j::torch::batch_norm_runs(backwards != 0);
}

YOLO4J_JNI(int64_t, depthwiseRuns)(void*, void*, uint8_t backwards) {
  return yolo4j::torch::depthwise_runs(backwards != 0);
}

YOLO4J_JNI(int64_t, squeezeExciteRuns)(void*, void*, uint8_t backwards) {
  return yolo4j::torch::squeeze_excite_runs(backwards != 0);
}
