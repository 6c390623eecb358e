// From a caller's yolo4j_cuda_call to a kernel on its stream: the driver is opened once in a
// process, the kernels are loaded once a device, and each call makes the device's primary context
// (the one that LibTorch and the CUDA runtime use) current on its thread for as long as it takes.
#pragma once

#include <cstdint>

#include "cuda/driver_api.h"
#include "cuda/kernel_list.h"
#include "yolo4j.h"

namespace yolo4j::cuda {

enum class Kernel : int32_t {
#define YOLO4J_CUDA_CODE(name) name,
  YOLO4J_CUDA_KERNELS(YOLO4J_CUDA_CODE)
#undef YOLO4J_CUDA_CODE
      kCount
};

const char* kernel_name(Kernel kernel) noexcept;

/// The kernel of a family for a type: families are listed as f32, f16, bf16.
inline Kernel of_type(Kernel f32, int32_t dtype) noexcept {
  int32_t offset = dtype == YOLO4J_DTYPE_F32 ? 0 : dtype == YOLO4J_DTYPE_F16 ? 1 : 2;
  return static_cast<Kernel>(static_cast<int32_t>(f32) + offset);
}

/// The kernels' code as the driver loads it; null in a build without.
const void* embedded_image() noexcept;

/// For tests, before the first call: another image, so that they need no compiler for kernels.
void use_image(const void* image) noexcept;

/// Fails in a build without CUDA code.
int32_t check_built(const char* operation) noexcept;

/// The driver's functions; only after a check of a device has succeeded.
const DriverApi& driver_api() noexcept;

/// The library's text and status for the driver's.
///
/// @param what the driver's function or the kernel that failed
int32_t fail_with(const char* operation, const char* what, DriverStatus status) noexcept;

/// Fails without a driver or such a device.
int32_t check_device(const char* operation, int32_t device) noexcept;

/// The primary context of a device, retained once and for good; needs no kernels.
int32_t primary_context(const char* operation, int32_t device, DriverContext** context) noexcept;

/// Makes a context current on this thread, and remembers what to go back to.
int32_t enter(const char* operation, DriverContext* context, DriverContext** previous,
              bool* switched) noexcept;

struct Device;

/// The device of a call, current on this thread until the end of the scope.
class Call {
 public:
  Call() = default;
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Checks the structure, opens the device; the first time that includes loading the kernels.
  int32_t open(const char* operation, const yolo4j_cuda_call* call) noexcept;

  /// Enqueues a kernel. The arguments' types must be the kernel's parameters'.
  template <typename... Arguments>
  int32_t run(Kernel kernel, int64_t blocks, int32_t threads, int64_t shared_bytes,
              Arguments... arguments) noexcept {
    void* pointers[] = {static_cast<void*>(&arguments)...};
    return launch(kernel, blocks, threads, shared_bytes, pointers);
  }

 private:
  int32_t launch(Kernel kernel, int64_t blocks, int32_t threads, int64_t shared_bytes,
                 void** arguments) noexcept;

  const char* operation_ = "";
  Device* device_ = nullptr;
  DriverContext* previous_ = nullptr;
  DriverStream* stream_ = nullptr;
  bool switched_ = false;
};

inline int64_t ceil_div(int64_t a, int64_t b) noexcept { return (a + b - 1) / b; }

}  // namespace yolo4j::cuda
