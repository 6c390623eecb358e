#include "cuda/driver.h"

#include <atomic>
#include <cstring>
#include <mutex>

#include "runtime/params.h"

#if defined(__linux__)
#include <dlfcn.h>
#endif

namespace yolo4j::cuda {

constexpr int32_t kKernelCount = static_cast<int32_t>(Kernel::kCount);

/// What is kept for a device; never released, as the library itself isn't.
struct Device {
  std::mutex loading;
  std::atomic<bool> loaded{false};
  DriverContext* context = nullptr;
  DriverModule* module = nullptr;
  int most_grid_x = 0;
  std::atomic<DriverFunction*> functions[kKernelCount] = {};
};

namespace {

constexpr int32_t kMostDevices = 64;
/// What a kernel may use without asking for more; none asks.
constexpr int64_t kMostSharedBytesPlain = 48 << 10;

std::atomic<const void*> replaced_image{nullptr};

const void* image() noexcept {
  const void* replaced = replaced_image.load();
  return replaced != nullptr ? replaced : embedded_image();
}

/// The opened driver, or why there is none.
struct Driver {
  DriverApi api;
  int32_t devices = 0;
  const char* missing = nullptr;  // a file or a function
  DriverStatus failed = kDriverOk;

  bool usable() const noexcept { return missing == nullptr && failed == kDriverOk; }
};

Driver open_driver() noexcept {
  Driver driver;
#if defined(__linux__)
  void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    driver.missing = "libcuda.so.1";
    return driver;
  }
  void* address = nullptr;
#define YOLO4J_CUDA_LOOK_UP(name, arguments)                 \
  address = dlsym(library, #name);                           \
  std::memcpy(&driver.api.name, &address, sizeof address);   \
  if (address == nullptr) {                                  \
    driver.missing = #name " in libcuda.so.1;it is too old"; \
    return driver;                                           \
  }
  YOLO4J_CUDA_DRIVER_FUNCTIONS(YOLO4J_CUDA_LOOK_UP)
#undef YOLO4J_CUDA_LOOK_UP
  driver.failed = driver.api.cuInit(0);
  if (driver.failed == kDriverOk) {
    driver.failed = driver.api.cuDeviceGetCount(&driver.devices);
  }
#else
  driver.missing = "libcuda.so.1, which is Linux only";
#endif
  return driver;
}

const Driver& driver() noexcept {
  static const Driver opened = open_driver();
  return opened;
}

int32_t status_of(DriverStatus status) noexcept {
  switch (status) {
    case kDriverOutOfMemory:
      return YOLO4J_OUT_OF_MEMORY;
    case kDriverNoDevice:
    case kDriverNoBinaryForGpu:
    case kDriverUnsupportedPtx:
    case kDriverNotSupported:
    case kDriverSystemMismatch:
      return YOLO4J_UNSUPPORTED;
    default:
      return YOLO4J_INTERNAL;
  }
}

const char* meaning(DriverStatus status) noexcept {
  switch (status) {
    case kDriverNoDevice:
      return ": there is no usable NVIDIA GPU";
    case kDriverNoBinaryForGpu:
      return ": there is no code for this GPU, compute capability 7.5 or newer is needed";
    case kDriverUnsupportedPtx:
      return ": the driver is older than the kernels' compiler, CUDA 13 needs 580 or newer";
    case kDriverSystemMismatch:
      return ": the driver's parts differ in version, a restart usually helps";
    default:
      return "";
  }
}

}  // namespace

int32_t fail_with(const char* operation, const char* what, DriverStatus status) noexcept {
  const char* name = nullptr;
  if (driver().api.cuGetErrorName == nullptr ||
      driver().api.cuGetErrorName(status, &name) != kDriverOk || name == nullptr) {
    name = "unknown error";
  }
  return fail(status_of(status), "%s: %s must succeed, got %s (%d)%s", operation, what, name,
              status, meaning(status));
}

namespace {

int32_t check_driver(const char* operation) noexcept {
  const Driver& d = driver();
  if (d.missing != nullptr) {
    return fail(YOLO4J_UNSUPPORTED, "%s: an NVIDIA driver must be installed, got none (no %s)",
                operation, d.missing);
  }
  return d.usable() ? YOLO4J_OK : fail_with(operation, "cuInit", d.failed);
}

}  // namespace

const DriverApi& driver_api() noexcept { return driver().api; }

int32_t check_device(const char* operation, int32_t device) noexcept {
  int32_t status = check_driver(operation);
  if (status != YOLO4J_OK) {
    return status;
  }
  int32_t devices = driver().devices < kMostDevices ? driver().devices : kMostDevices;
  if (devices == 0) {
    return fail(YOLO4J_UNSUPPORTED, "%s: there must be an NVIDIA GPU, got 0 devices", operation);
  }
  if (device < 0 || device >= devices) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: device must be from 0 to %d, got %d", operation,
                devices - 1, device);
  }
  return YOLO4J_OK;
}

int32_t enter(const char* operation, DriverContext* context, DriverContext** previous,
              bool* switched) noexcept {
  const DriverApi& api = driver().api;
  DriverStatus status = api.cuCtxGetCurrent(previous);
  if (status != kDriverOk) {
    return fail_with(operation, "cuCtxGetCurrent", status);
  }
  *switched = *previous != context;
  status = *switched ? api.cuCtxSetCurrent(context) : kDriverOk;
  if (status != kDriverOk) {
    *switched = false;
    return fail_with(operation, "cuCtxSetCurrent", status);
  }
  return YOLO4J_OK;
}

namespace {

/// The module of a device whose context is retained; that context becomes current meanwhile.
int32_t load_module(const char* operation, Device* device) noexcept {
  const DriverApi& api = driver().api;
  DriverContext* previous = nullptr;
  bool switched = false;
  int32_t status = enter(operation, device->context, &previous, &switched);
  if (status != YOLO4J_OK) {
    return status;
  }
  DriverStatus loaded = api.cuModuleLoadData(&device->module, image());
  if (switched) {
    api.cuCtxSetCurrent(previous);
  }
  return loaded == kDriverOk ? YOLO4J_OK : fail_with(operation, "cuModuleLoadData", loaded);
}

/// Retains the device's context unless it is; the device is locked.
int32_t retain(const char* operation, DriverDevice handle, Device* device) noexcept {
  if (device->context != nullptr) {
    return YOLO4J_OK;
  }
  DriverContext* context = nullptr;
  DriverStatus status = driver().api.cuDevicePrimaryCtxRetain(&context, handle);
  device->context = status == kDriverOk ? context : nullptr;
  return status == kDriverOk ? YOLO4J_OK : fail_with(operation, "cuDevicePrimaryCtxRetain", status);
}

/// Loads the kernels unless they are; a failure (memory, say) may be gone the next time.
int32_t load(const char* operation, int32_t index, Device* device) noexcept {
  if (device->loaded.load(std::memory_order_acquire)) {
    return YOLO4J_OK;
  }
  std::lock_guard<std::mutex> lock(device->loading);
  if (device->loaded.load(std::memory_order_relaxed)) {
    return YOLO4J_OK;
  }
  const DriverApi& api = driver().api;
  DriverDevice handle = 0;
  DriverStatus status = api.cuDeviceGet(&handle, index);
  if (status != kDriverOk) {
    return fail_with(operation, "cuDeviceGet", status);
  }
  status = api.cuDeviceGetAttribute(&device->most_grid_x, kMostGridX, handle);
  if (status != kDriverOk) {
    return fail_with(operation, "cuDeviceGetAttribute", status);
  }
  bool held = device->context != nullptr;
  int32_t loaded = retain(operation, handle, device);
  if (loaded != YOLO4J_OK) {
    return loaded;
  }
  loaded = load_module(operation, device);
  if (loaded != YOLO4J_OK) {
    if (!held) {
      api.cuDevicePrimaryCtxRelease_v2(handle);
      device->context = nullptr;
    }
    return loaded;
  }
  device->loaded.store(true, std::memory_order_release);
  return YOLO4J_OK;
}

Device* device_at(int32_t index) noexcept {
  static Device devices[kMostDevices];
  return &devices[index];
}

}  // namespace

int32_t primary_context(const char* operation, int32_t index, DriverContext** context) noexcept {
  int32_t status = check_device(operation, index);
  if (status != YOLO4J_OK) {
    return status;
  }
  DriverDevice handle = 0;
  DriverStatus got = driver().api.cuDeviceGet(&handle, index);
  if (got != kDriverOk) {
    return fail_with(operation, "cuDeviceGet", got);
  }
  Device* device = device_at(index);
  std::lock_guard<std::mutex> lock(device->loading);
  status = retain(operation, handle, device);
  *context = device->context;
  return status;
}

const char* kernel_name(Kernel kernel) noexcept {
  static const char* const names[] = {
#define YOLO4J_CUDA_NAME(name) #name,
      YOLO4J_CUDA_KERNELS(YOLO4J_CUDA_NAME)
#undef YOLO4J_CUDA_NAME
  };
  return names[static_cast<int32_t>(kernel)];
}

void use_image(const void* image) noexcept { replaced_image.store(image); }

int32_t check_built(const char* operation) noexcept {
  return image() != nullptr ? YOLO4J_OK
                            : fail(YOLO4J_UNSUPPORTED,
                                   "%s: the library must have CUDA code, this one was built "
                                   "without (CMake option YOLO4J_CUDA)",
                                   operation);
}

int32_t Call::open(const char* operation, const yolo4j_cuda_call* call) noexcept {
  operation_ = operation;
  yolo4j_cuda_call given;
  int32_t status = check_built(operation);
  status = status == YOLO4J_OK ? read_params(operation, call, sizeof given, &given) : status;
  status = status == YOLO4J_OK ? check_device(operation, given.device) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  device_ = device_at(given.device);
  stream_ = static_cast<DriverStream*>(given.stream);
  status = load(operation, given.device, device_);
  return status == YOLO4J_OK ? enter(operation, device_->context, &previous_, &switched_) : status;
}

Call::~Call() {
  if (switched_) {
    driver().api.cuCtxSetCurrent(previous_);
  }
}

int32_t Call::launch(Kernel kernel, int64_t blocks, int32_t threads, int64_t shared_bytes,
                     void** arguments) noexcept {
  const char* name = kernel_name(kernel);
  if (blocks < 1 || blocks > device_->most_grid_x || threads < 1 || threads > 1024 ||
      shared_bytes < 0 || shared_bytes > kMostSharedBytesPlain) {
    return fail(YOLO4J_UNSUPPORTED,
                "%s: %s must have 1 to %d blocks, 1 to 1024 threads and up to %lld bytes of shared "
                "memory, got %lld, %d and %lld; the input is too large",
                operation_, name, device_->most_grid_x,
                static_cast<long long>(kMostSharedBytesPlain), static_cast<long long>(blocks),
                threads, static_cast<long long>(shared_bytes));
  }
  const DriverApi& api = driver().api;
  std::atomic<DriverFunction*>& cached = device_->functions[static_cast<int32_t>(kernel)];
  DriverFunction* function = cached.load(std::memory_order_acquire);
  DriverStatus status = kDriverOk;
  if (function == nullptr) {
    // Two threads may both ask; they get the same answer.
    status = api.cuModuleGetFunction(&function, device_->module, name);
    if (status != kDriverOk) {
      return fail_with(operation_, name, status);
    }
    cached.store(function, std::memory_order_release);
  }
  status = api.cuLaunchKernel(function, static_cast<unsigned>(blocks), 1, 1,
                              static_cast<unsigned>(threads), 1, 1,
                              static_cast<unsigned>(shared_bytes), stream_, arguments, nullptr);
  return status == kDriverOk ? YOLO4J_OK : fail_with(operation_, name, status);
}

}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;
using yolo4j::fail;

int32_t yolo4j_cuda_device_count(int32_t* count) {
  const char* operation = "yolo4j_cuda_device_count";
  if (count == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: count must not be null", operation);
  }
  *count = 0;
  int32_t status = check_built(operation);
  if (status == YOLO4J_OK && driver().failed == kDriverNoDevice) {
    return YOLO4J_OK;
  }
  status = status == YOLO4J_OK ? check_driver(operation) : status;
  if (status == YOLO4J_OK) {
    *count = driver().devices;
  }
  return status;
}

int32_t yolo4j_cuda_prepare(int32_t device) {
  yolo4j_cuda_call call = {};
  call.struct_size = sizeof call;
  call.device = device;
  Call opened;
  return opened.open("yolo4j_cuda_prepare", &call);
}
