#include "torch/libtorch.h"

#include <dlfcn.h>

#include <cstdio>

namespace yolo4j::torch {

Functions functions = {};

namespace {

/// The versions of LibTorch whose C ABI has the functions above and hands optional arguments over
/// for us to delete. 2.13 has a function of its own for that.
constexpr unsigned kMajor = 2;
constexpr unsigned kFirstMinor = 10;
constexpr unsigned kLastMinor = 12;

char text[256];

const char* wrong_version() {
  uint64_t version = functions.aoti_torch_abi_version();
  unsigned major = static_cast<unsigned>(version >> 56 & 0xff);
  unsigned minor = static_cast<unsigned>(version >> 48 & 0xff);
  if (major != kMajor || minor < kFirstMinor || minor > kLastMinor) {
    std::snprintf(text, sizeof text,
                  "LibTorch's C ABI must be of version %u.%u to %u.%u, got %u.%u", kMajor,
                  kFirstMinor, kMajor, kLastMinor, major, minor);
    return text;
  }
  if (functions.yolo4j_abi_version() != YOLO4J_ABI_VERSION) {
    std::snprintf(text, sizeof text, "libyolo4j's ABI version must be %d, got %d",
                  YOLO4J_ABI_VERSION, functions.yolo4j_abi_version());
    return text;
  }
  return nullptr;
}

/// Java loads libraries with local symbols, so each is asked by its name.
void* loaded(const char* name) { return dlopen(name, RTLD_LAZY | RTLD_NOLOAD); }

}  // namespace

#define YOLO4J_RESOLVE(name, result, parameters)                                  \
  functions.name = reinterpret_cast<result(*) parameters>(dlsym(library, #name)); \
  if (functions.name == nullptr) {                                                \
    std::snprintf(text, sizeof text, "%s lacks the function %s", from, #name);    \
    return text;                                                                  \
  }

const char* resolve() {
  const char* from = "libtorch_cpu.so";
  void* library = loaded(from);
  if (library == nullptr) {
    return "libtorch_cpu.so is not loaded in this process";
  }
  YOLO4J_LIBTORCH_FUNCTIONS(YOLO4J_RESOLVE)
  from = "libyolo4j.so";
  library = loaded(from);
  if (library == nullptr) {
    return "libyolo4j.so is not loaded in this process";
  }
  YOLO4J_KERNEL_FUNCTIONS(YOLO4J_RESOLVE)
  return wrong_version();
}

const char* resolve_cuda() {
  const char* from = "libtorch_cuda.so";
  void* library = loaded(from);
  if (library == nullptr) {
    return "libtorch_cuda.so is not loaded in this process";
  }
  YOLO4J_LIBTORCH_CUDA_FUNCTIONS(YOLO4J_RESOLVE)
  from = "libtorch_cpu.so";
  library = loaded(from);
  YOLO4J_LIBTORCH_DEVICE_FUNCTIONS(YOLO4J_RESOLVE)
  from = "libyolo4j.so";
  library = loaded(from);
  YOLO4J_CUDA_FUNCTIONS(YOLO4J_RESOLVE)
  return nullptr;
}
#undef YOLO4J_RESOLVE

}  // namespace yolo4j::torch
