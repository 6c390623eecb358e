// The LibTorch operations in a process without LibTorch: a reason, no crash.
#include <dlfcn.h>

#include <cstdint>

#include "check.h"

int main(int arguments, char** values) {
  void* library = arguments > 1 ? dlopen(values[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (library == nullptr) {
    std::fprintf(stderr, "the library must load: %s\n", arguments > 1 ? dlerror() : "no path");
    return 1;
  }
  auto start = reinterpret_cast<int64_t (*)(void*, void*)>(
      dlsym(library, "Java_io_yolo4j_torch_FusedKernels_register"));
  auto start_on_gpus = reinterpret_cast<int64_t (*)(void*, void*)>(
      dlsym(library, "Java_io_yolo4j_torch_FusedKernels_registerOnGpus"));
  auto runs = reinterpret_cast<int64_t (*)(void*, void*, uint8_t)>(
      dlsym(library, "Java_io_yolo4j_torch_FusedKernels_runs"));
  auto current_stream = reinterpret_cast<int64_t (*)(void*, void*, int32_t)>(
      dlsym(library, "Java_io_yolo4j_torch_FusedKernels_currentStream"));
  CHECK(start != nullptr);
  CHECK(current_stream != nullptr);
  CHECK(start_on_gpus != nullptr);
  CHECK(runs != nullptr);
  // The second call gives what the first one found.
  for (int i = 0; i < 2; i++) {
    int64_t reason = start(nullptr, nullptr);
    CHECK_TEXT(reinterpret_cast<const char*>(reason),
               "libtorch_cpu.so is not loaded in this process");
    reason = start_on_gpus(nullptr, nullptr);
    CHECK_TEXT(reinterpret_cast<const char*>(reason),
               "libtorch_cpu.so is not loaded in this process");
  }
  CHECK_EQUAL(current_stream(nullptr, nullptr, 0), -1);
  CHECK_EQUAL(runs(nullptr, nullptr, 0), 0);
  CHECK_EQUAL(runs(nullptr, nullptr, 1), 0);
  return check::result();
}
