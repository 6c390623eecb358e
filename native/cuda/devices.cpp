// What devices are.
#include "cuda/driver.h"
#include "runtime/arguments.h"
#include "runtime/status.h"

using namespace yolo4j::cuda;
using yolo4j::check_not_null;
using yolo4j::fail;

namespace {

/// What is asked of a device counts only where its kernels could run.
int32_t check_kernels(const char* operation, int32_t device) noexcept {
  int32_t status = check_built(operation);
  return status == YOLO4J_OK ? check_device(operation, device) : status;
}

}  // namespace

int32_t yolo4j_cuda_device_name(int32_t device, char* name, int64_t capacity) {
  const char* operation = "yolo4j_cuda_device_name";
  if (name == nullptr || capacity < 1) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: name must not be null and capacity at least 1, got %p and %lld", operation,
                static_cast<void*>(name), static_cast<long long>(capacity));
  }
  int32_t status = check_kernels(operation, device);
  if (status != YOLO4J_OK) {
    return status;
  }
  DriverDevice handle = 0;
  int room = capacity < 256 ? static_cast<int>(capacity) : 256;
  DriverStatus got = driver_api().cuDeviceGet(&handle, device);
  got = got == kDriverOk ? driver_api().cuDeviceGetName(name, room, handle) : got;
  return got == kDriverOk ? YOLO4J_OK : fail_with(operation, "cuDeviceGetName", got);
}

int32_t yolo4j_cuda_compute_capability(int32_t device, int32_t* capability) {
  const char* operation = "yolo4j_cuda_compute_capability";
  if (capability == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: capability must not be null", operation);
  }
  int32_t status = check_kernels(operation, device);
  if (status != YOLO4J_OK) {
    return status;
  }
  const DriverApi& api = driver_api();
  DriverDevice handle = 0;
  int major = 0;
  int minor = 0;
  DriverStatus got = api.cuDeviceGet(&handle, device);
  got = got == kDriverOk ? api.cuDeviceGetAttribute(&major, kCapabilityMajor, handle) : got;
  got = got == kDriverOk ? api.cuDeviceGetAttribute(&minor, kCapabilityMinor, handle) : got;
  if (got != kDriverOk) {
    return fail_with(operation, "cuDeviceGetAttribute", got);
  }
  *capability = 10 * major + minor;
  return YOLO4J_OK;
}

int32_t yolo4j_cuda_device_limits(int32_t device, int32_t* multiprocessors, int64_t* l2_bytes) {
  const char* operation = "yolo4j_cuda_device_limits";
  int32_t status =
      check_not_null(operation, {{"multiprocessors", multiprocessors}, {"l2_bytes", l2_bytes}});
  status = status == YOLO4J_OK ? check_kernels(operation, device) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  const DriverApi& api = driver_api();
  DriverDevice handle = 0;
  int count = 0;
  int bytes = 0;
  DriverStatus got = api.cuDeviceGet(&handle, device);
  got = got == kDriverOk ? api.cuDeviceGetAttribute(&count, kMultiprocessors, handle) : got;
  got = got == kDriverOk ? api.cuDeviceGetAttribute(&bytes, kL2Bytes, handle) : got;
  if (got != kDriverOk) {
    return fail_with(operation, "cuDeviceGetAttribute", got);
  }
  if (count < 1) {
    return fail(YOLO4J_INTERNAL, "%s: a GPU must have multiprocessors, the driver says %d",
                operation, count);
  }
  *multiprocessors = count;
  *l2_bytes = bytes;
  return YOLO4J_OK;
}

int32_t yolo4j_cuda_driver_version(int32_t* version) {
  const char* operation = "yolo4j_cuda_driver_version";
  int32_t status = check_not_null(operation, {{"version", version}});
  status = status == YOLO4J_OK ? check_kernels(operation, 0) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  int got = 0;
  DriverStatus asked = driver_api().cuDriverGetVersion(&got);
  *version = asked == kDriverOk ? got : *version;
  return asked == kDriverOk ? YOLO4J_OK : fail_with(operation, "cuDriverGetVersion", asked);
}
