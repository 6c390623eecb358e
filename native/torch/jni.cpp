// What io.yolo4j.torch.FusedKernels calls. JNI passes an environment and a class first; we look at
// neither, and so need no header of a JDK.
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <mutex>

#include "torch/batch_norm_op.h"
#include "torch/convolution_op.h"
#include "torch/depthwise_op.h"
#include "torch/libtorch.h"
#include "torch/place.h"
#include "torch/squeeze_excite_op.h"

#define YOLO4J_JNI(result, name) \
  extern "C" __attribute__((visibility("default"))) result Java_io_yolo4j_torch_FusedKernels_##name

namespace {

/// Once in a process: null, or why the operations can't be registered.
const char* registered() {
  static const char* const failure = [] {
    const char* reason = yolo4j::torch::resolve();
    reason = reason == nullptr ? yolo4j::torch::register_batch_norm() : reason;
    return reason == nullptr ? yolo4j::torch::register_convolution() : reason;
  }();
  return failure;
}

/// What LibTorch's library for GPUs has is looked up by one thread at a time.
std::mutex lookup;

int64_t address(const char* text) { return static_cast<int64_t>(reinterpret_cast<intptr_t>(text)); }

}  // namespace

/// Registers once in a process. Returns 0, or the address of a text that says why it can't be done.
YOLO4J_JNI(int64_t, register)(void*, void*) { return address(registered()); }

/// The same for GPUs, once LibTorch's library for them has been loaded. A failure is tried again at
/// the next call.
YOLO4J_JNI(int64_t, registerOnGpus)(void*, void*) {
  static bool done = false;
  // The caller reads it before its thread comes here again.
  static thread_local char failure[512];
  std::lock_guard<std::mutex> guard(lookup);
  if (done) {
    return 0;
  }
  const char* reason = registered();
  reason = reason == nullptr ? yolo4j::torch::resolve_cuda() : reason;
  reason = reason == nullptr ? yolo4j::torch::register_convolution_on_gpus() : reason;
  done = reason == nullptr;
  if (!done) {
    std::snprintf(failure, sizeof failure, "%s", reason);
  }
  return address(done ? nullptr : failure);
}

/// Returns the stream that LibTorch's operations on a GPU take on this thread, 0 for the default
/// one, or -1 where it can't be told. LibTorch's library for GPUs must have been loaded.
YOLO4J_JNI(int64_t, currentStream)(void*, void*, int32_t device) {
  std::lock_guard<std::mutex> guard(lookup);
  return registered() == nullptr ? yolo4j::torch::current_stream(device) : -1;
}

/// Sets the threads of OpenBLAS, to which LibTorch hands 1x1 convolutions and linear layers and
/// whose number LibTorch's own doesn't change. Returns 0 where the process has no OpenBLAS.
YOLO4J_JNI(uint8_t, setBlasThreads)(void*, void*, int32_t count) {
  void* library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) {
    return 0;
  }
  auto set = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
  if (set != nullptr) {
    set(count);
  }
  dlclose(library);
  return set != nullptr ? 1 : 0;
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
