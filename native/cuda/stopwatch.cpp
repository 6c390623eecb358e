#include "cuda/stopwatch.h"

namespace yolo4j::cuda {

Stopwatch::~Stopwatch() {
  for (DriverEvent* event : events_) {
    if (event != nullptr) {
      driver_api().cuEventDestroy_v2(event);
    }
  }
}

int32_t Stopwatch::open(const char* operation) noexcept {
  operation_ = operation;
  for (DriverEvent*& event : events_) {
    DriverStatus status = driver_api().cuEventCreate(&event, 0);
    if (status != kDriverOk) {
      event = nullptr;
      return fail_with(operation, "cuEventCreate", status);
    }
  }
  return YOLO4J_OK;
}

int32_t Stopwatch::record(DriverEvent* event) noexcept {
  DriverStatus status = driver_api().cuEventRecord(event, nullptr);
  return status == kDriverOk ? YOLO4J_OK : fail_with(operation_, "cuEventRecord", status);
}

int32_t Stopwatch::start() noexcept { return record(events_[0]); }

int32_t Stopwatch::stop() noexcept { return record(events_[1]); }

int32_t Stopwatch::read(double* seconds) noexcept {
  DriverStatus status = driver_api().cuEventSynchronize(events_[1]);
  if (status != kDriverOk) {
    // A kernel's own failure shows here.
    return fail_with(operation_, "cuEventSynchronize", status);
  }
  float milliseconds = 0;
  status = driver_api().cuEventElapsedTime(&milliseconds, events_[0], events_[1]);
  *seconds = static_cast<double>(milliseconds) / 1e3;
  return status == kDriverOk ? YOLO4J_OK : fail_with(operation_, "cuEventElapsedTime", status);
}

DeviceMemory::~DeviceMemory() {
  if (address_ != 0) {
    driver_api().cuMemFree_v2(address_);
  }
}

int32_t DeviceMemory::allocate(const char* operation, int64_t bytes) noexcept {
  DriverStatus status = driver_api().cuMemAlloc_v2(&address_, static_cast<std::size_t>(bytes));
  if (status != kDriverOk) {
    address_ = 0;
    return fail_with(operation, "cuMemAlloc", status);
  }
  return YOLO4J_OK;
}

void* DeviceMemory::at(int64_t byte) const noexcept {
  return reinterpret_cast<void*>(address_ + static_cast<DriverAddress>(byte));
}

int32_t Bench::open(const char* operation, int32_t device, double seconds) noexcept {
  constexpr double kMostSeconds = 10;
  // So written that NaN fails.
  if (!(seconds > 0 && seconds <= kMostSeconds)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: seconds must be above 0 and at most %g, got %g",
                operation, kMostSeconds, seconds);
  }
  yolo4j_cuda_call call = {};
  call.struct_size = sizeof call;
  call.device = device;
  int32_t status = call_.open(operation, &call);
  int64_t unused = 0;
  return status == YOLO4J_OK ? yolo4j_cuda_device_limits(device, &multiprocessors_, &unused)
                             : status;
}

}  // namespace yolo4j::cuda
