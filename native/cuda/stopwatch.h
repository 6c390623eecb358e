// Times of what the default stream does, and the fastest of many slices of it. The device's context
// must be current, and stay so for as long as these live.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "cuda/driver.h"
#include "runtime/status.h"

namespace yolo4j::cuda {

/// Two events of the default stream.
class Stopwatch {
 public:
  Stopwatch() = default;
  ~Stopwatch();
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

  int32_t open(const char* operation) noexcept;
  /// Enqueues the beginning.
  int32_t start() noexcept;
  /// Enqueues the end.
  int32_t stop() noexcept;
  /// Waits for the end and gives the device's seconds since the beginning.
  int32_t read(double* seconds) noexcept;

 private:
  int32_t record(DriverEvent* event) noexcept;

  const char* operation_ = "";
  DriverEvent* events_[2] = {};
};

/// A block of the device's memory.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  int32_t allocate(const char* operation, int64_t bytes) noexcept;
  void* at(int64_t byte) const noexcept;

 private:
  DriverAddress address_ = 0;
};

/// The seconds of one round in the fastest slice: others on the device only ever make one slower.
/// A slice is one launch of as many rounds as take a millisecond, far above an event's grain. The
/// first one warms up.
///
/// @param budget seconds of the host's clock, after which the slice under way is the last
/// @param work enqueues so many rounds: int32_t(int32_t rounds), a status
template <typename Work>
int32_t fastest(const char* operation, double budget, const Work& work, double* seconds) {
  using Clock = std::chrono::steady_clock;
  constexpr double kLeastSeconds = 0.5e-3;
  constexpr int32_t kMostRounds = 1 << 16;
  Stopwatch watch;
  int32_t status = watch.open(operation);
  double best = std::numeric_limits<double>::infinity();
  bool warm = false;
  Clock::time_point begin;
  for (int32_t rounds = 1; status == YOLO4J_OK;) {
    double taken = 0;
    status = watch.start();
    status = status == YOLO4J_OK ? work(rounds) : status;
    status = status == YOLO4J_OK ? watch.stop() : status;
    status = status == YOLO4J_OK ? watch.read(&taken) : status;
    if (status != YOLO4J_OK) {
      break;
    }
    if (taken < kLeastSeconds) {
      if (rounds == kMostRounds) {
        return fail(YOLO4J_INTERNAL, "%s: %d rounds must take at least %g s, got %g", operation,
                    rounds, kLeastSeconds, taken);
      }
      // What came before was interrupted.
      rounds *= 2;
      warm = false;
      best = std::numeric_limits<double>::infinity();
    } else if (!warm) {
      warm = true;
      begin = Clock::now();
    } else {
      best = taken / rounds < best ? taken / rounds : best;
      if (std::chrono::duration<double>(Clock::now() - begin).count() >= budget) {
        *seconds = best;
        return YOLO4J_OK;
      }
    }
  }
  return status;
}

/// What measurements on a device have in common: it is opened, and its limits are known.
class Bench {
 public:
  /// Threads of a block of the kernels of roofs.
  static constexpr int32_t kThreads = 256;

  /// @param seconds the budget, above 0 and at most 10
  int32_t open(const char* operation, int32_t device, double seconds) noexcept;

  Call& call() noexcept { return call_; }
  /// As many blocks as surely run at once on each multiprocessor: 1024 threads on each, of at most
  /// 64 registers.
  int64_t blocks() const noexcept { return int64_t{4} * multiprocessors_; }
  int64_t threads() const noexcept { return blocks() * kThreads; }

 private:
  Call call_;
  int32_t multiprocessors_ = 0;
};

}  // namespace yolo4j::cuda
