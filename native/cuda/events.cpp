// Times of what a stream does, by the device's own clock: events that are made once and recorded in
// every run.
#include <new>

#include "cuda/current.h"
#include "runtime/arguments.h"
#include "yolo4j_profile.h"

using namespace yolo4j::cuda;
using yolo4j::check_not_null;
using yolo4j::fail;

/// The events, and how often each was recorded since they were made: reading one that never was
/// would give another run's time, or none.
struct yolo4j_cuda_events {
  int32_t device = 0;
  int64_t count = 0;
  DriverEvent** events = nullptr;
  bool* recorded = nullptr;
};

namespace {

constexpr int64_t kMostEvents = INT64_C(1) << 20;

int32_t create_all(const char* operation, yolo4j_cuda_events* made, int64_t count) noexcept {
  made->events = new (std::nothrow) DriverEvent* [static_cast<std::size_t>(count)] {};
  made->recorded = new (std::nothrow) bool[static_cast<std::size_t>(count)]{};
  if (made->events == nullptr || made->recorded == nullptr) {
    return fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory for %lld events", operation,
                static_cast<long long>(count));
  }
  for (; made->count < count; made->count++) {
    DriverStatus status = driver_api().cuEventCreate(&made->events[made->count], 0);
    if (status != kDriverOk) {
      return fail_with(operation, "cuEventCreate", status);
    }
  }
  return YOLO4J_OK;
}

int32_t check_recorded(const char* operation, const yolo4j_cuda_events* events, int64_t count) {
  if (count < 1 || count > events->count) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: count must be from 1 to %lld, got %lld", operation,
                static_cast<long long>(events->count), static_cast<long long>(count));
  }
  for (int64_t i = 0; i < count; i++) {
    if (!events->recorded[i]) {
      return fail(YOLO4J_INVALID_ARGUMENT,
                  "%s: all %lld events must have been recorded, event %lld has not", operation,
                  static_cast<long long>(count), static_cast<long long>(i));
    }
  }
  return YOLO4J_OK;
}

}  // namespace

int32_t yolo4j_cuda_events_create(int32_t device, int64_t count, yolo4j_cuda_events** events) {
  const char* operation = "yolo4j_cuda_events_create";
  int32_t status = check_not_null(operation, {{"events", events}});
  if (status != YOLO4J_OK) {
    return status;
  }
  *events = nullptr;
  if (count < 2 || count > kMostEvents) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: count must be from 2 to %lld, got %lld", operation,
                static_cast<long long>(kMostEvents), static_cast<long long>(count));
  }
  Current current;
  status = current.open(operation, device);
  if (status != YOLO4J_OK) {
    return status;
  }
  auto* made = new (std::nothrow) yolo4j_cuda_events;
  if (made == nullptr) {
    return fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory", operation);
  }
  made->device = device;
  status = create_all(operation, made, count);
  if (status != YOLO4J_OK) {
    yolo4j_cuda_events_destroy(made);
    return status;
  }
  *events = made;
  return YOLO4J_OK;
}

int32_t yolo4j_cuda_events_record(yolo4j_cuda_events* events, int64_t index, void* stream) {
  const char* operation = "yolo4j_cuda_events_record";
  int32_t status = check_not_null(operation, {{"events", events}});
  if (status != YOLO4J_OK) {
    return status;
  }
  if (index < 0 || index >= events->count) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: index must be from 0 to %lld, got %lld", operation,
                static_cast<long long>(events->count - 1), static_cast<long long>(index));
  }
  Current current;
  status = current.open(operation, events->device);
  if (status != YOLO4J_OK) {
    return status;
  }
  DriverStatus recorded =
      driver_api().cuEventRecord(events->events[index], static_cast<DriverStream*>(stream));
  if (recorded != kDriverOk) {
    return fail_with(operation, "cuEventRecord", recorded);
  }
  events->recorded[index] = true;
  return YOLO4J_OK;
}

int32_t yolo4j_cuda_events_read(yolo4j_cuda_events* events, int64_t count, double* milliseconds) {
  const char* operation = "yolo4j_cuda_events_read";
  int32_t status = check_not_null(operation, {{"events", events}, {"milliseconds", milliseconds}});
  status = status == YOLO4J_OK ? check_recorded(operation, events, count) : status;
  Current current;
  status = status == YOLO4J_OK ? current.open(operation, events->device) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  const DriverApi& api = driver_api();
  DriverStatus done = api.cuEventSynchronize(events->events[count - 1]);
  if (done != kDriverOk) {
    return fail_with(operation, "cuEventSynchronize", done);
  }
  // From one event to the next and summed here: a float of milliseconds since the first one would
  // lose what a short step is about.
  double since = 0;
  milliseconds[0] = 0;
  for (int64_t i = 1; i < count; i++) {
    float step = 0;
    done = api.cuEventElapsedTime(&step, events->events[i - 1], events->events[i]);
    if (done != kDriverOk) {
      return fail_with(operation, "cuEventElapsedTime", done);
    }
    since += static_cast<double>(step);
    milliseconds[i] = since;
  }
  return YOLO4J_OK;
}

void yolo4j_cuda_events_destroy(yolo4j_cuda_events* events) {
  if (events == nullptr) {
    return;
  }
  Current current;
  if (current.open("yolo4j_cuda_events_destroy", events->device) == YOLO4J_OK) {
    for (int64_t i = 0; i < events->count; i++) {
      driver_api().cuEventDestroy_v2(events->events[i]);
    }
  }
  delete[] events->events;
  delete[] events->recorded;
  delete events;
}
