// The GPU that counts: which chip it is, and whether it lets us.
#include <cstdio>

#include "cuda/current.h"
#include "cupti/library.h"
#include "runtime/arguments.h"

namespace yolo4j::cupti {
namespace {

int32_t initialize(const char* operation, const yolo4j_cupti* cupti) noexcept {
  YOLO4J_CUPTI_PARAMS(Plain, params, reserved);
  return YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerInitialize, &params);
}

/// What a device's setting means, in the words of the failure that it leads to.
struct Setting {
  int DeviceSupport::*level;
  const char* name;
  Result failure;
};

constexpr Setting kSettings[] = {
    {&DeviceSupport::virtual_gpu, "a virtual GPU", kVirtualDevice},
    {&DeviceSupport::confidential, "confidential computing", kConfidential},
    {&DeviceSupport::mining, "a mining GPU", kMiningDevice},
    {&DeviceSupport::sli, "SLI", kSli},
    {&DeviceSupport::wsl, "WSL", kWsl},
};

int32_t refuse(const char* operation, int32_t device, const DeviceSupport& support) noexcept {
  for (const Setting& setting : kSettings) {
    int level = support.*setting.level;
    if (level == kSupportNone || level == kSupportDisabled) {
      // What could be enabled is the host's to allow.
      Result failure = setting.failure == kVirtualDevice && level == kSupportDisabled
                           ? static_cast<Result>(kVirtualNoPrivileges)
                           : setting.failure;
      return fail(YOLO4J_UNSUPPORTED, "%s: GPU %d must be able to count, got %s: %s", operation,
                  device, setting.name, advice(failure));
    }
  }
  if (support.architecture == kSupportNone) {
    return fail(YOLO4J_UNSUPPORTED,
                "%s: GPU %d must be of compute capability 7.5 or newer to count, got an older one",
                operation, device);
  }
  return fail(YOLO4J_UNSUPPORTED, "%s: GPU %d must be able to count, CUPTI says that it isn't: %s",
              operation, device, advice(kNotSupported));
}

}  // namespace

int32_t availability(const char* operation, const yolo4j_cupti* cupti, cuda::DriverContext* context,
                     Image* image) noexcept {
  YOLO4J_CUPTI_PARAMS(Availability, params, image);
  params.context = context;
  int32_t status =
      YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerGetCounterAvailability, &params);
  status = status == YOLO4J_OK ? image->resize(operation, params.image_size) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  params.image = image->bytes();
  return YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerGetCounterAvailability, &params);
}

int32_t check_ready(const char* operation, const yolo4j_cupti* cupti, int32_t device) noexcept {
  int32_t status = initialize(operation, cupti);
  cuda::DriverDevice handle = 0;
  if (status == YOLO4J_OK) {
    cuda::DriverStatus got = cuda::driver_api().cuDeviceGet(&handle, device);
    status = got == cuda::kDriverOk ? YOLO4J_OK : cuda::fail_with(operation, "cuDeviceGet", got);
  }
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(DeviceSupport, params, api);
  params.device = handle;
  params.api = kRangeProfiling;
  status = YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerDeviceSupported, &params);
  if (status != YOLO4J_OK) {
    return status;
  }
  return params.supported == kSupported ? YOLO4J_OK : refuse(operation, device, params);
}

int32_t chip_of(const char* operation, const yolo4j_cupti* cupti, int32_t device,
                const char** chip) noexcept {
  YOLO4J_CUPTI_PARAMS(ChipName, params, name);
  params.device = static_cast<std::size_t>(device);
  int32_t status = YOLO4J_CUPTI_CALL(operation, cupti, cuptiDeviceGetChipName, &params);
  *chip = params.name;
  if (status == YOLO4J_OK && params.name == nullptr) {
    return fail(YOLO4J_INTERNAL, "%s: cuptiDeviceGetChipName must give a name, got none",
                operation);
  }
  return status;
}

}  // namespace yolo4j::cupti

using namespace yolo4j::cupti;
using yolo4j::check_not_null;
using yolo4j::cuda::Current;

int32_t yolo4j_cupti_device_chip(const yolo4j_cupti* cupti, int32_t device, char* name,
                                 int64_t capacity) {
  const char* operation = "yolo4j_cupti_device_chip";
  int32_t status = check_not_null(operation, {{"cupti", cupti}});
  Current current;
  status = status == YOLO4J_OK ? current.open(operation, device) : status;
  status = status == YOLO4J_OK ? initialize(operation, cupti) : status;
  const char* chip = nullptr;
  status = status == YOLO4J_OK ? chip_of(operation, cupti, device, &chip) : status;
  return status == YOLO4J_OK ? copy_name(operation, chip, name, capacity) : status;
}

int32_t yolo4j_cupti_device_ready(const yolo4j_cupti* cupti, int32_t device) {
  const char* operation = "yolo4j_cupti_device_ready";
  int32_t status = check_not_null(operation, {{"cupti", cupti}});
  Current current;
  status = status == YOLO4J_OK ? current.open(operation, device) : status;
  status = status == YOLO4J_OK ? check_ready(operation, cupti, device) : status;
  Image image;
  // Here the driver says whether this user may.
  return status == YOLO4J_OK ? availability(operation, cupti, current.context(), &image) : status;
}
