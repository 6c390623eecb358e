// A device's primary context, current on this thread until the end of the scope.
#pragma once

#include <cstdint>

#include "cuda/driver.h"

namespace yolo4j::cuda {

/// As Call, for what needs no kernels: events, counters.
class Current {
 public:
  Current() = default;
  ~Current() {
    if (switched_) {
      driver_api().cuCtxSetCurrent(previous_);
    }
  }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

  int32_t open(const char* operation, int32_t device) noexcept {
    int32_t status = primary_context(operation, device, &context_);
    return status == YOLO4J_OK ? enter(operation, context_, &previous_, &switched_) : status;
  }

  DriverContext* context() const noexcept { return context_; }

 private:
  DriverContext* context_ = nullptr;
  DriverContext* previous_ = nullptr;
  bool switched_ = false;
};

}  // namespace yolo4j::cuda
