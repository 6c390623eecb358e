// What a launch costs: the host, which enqueues it, and the device, which goes from one kernel to
// the next.
#include <chrono>
#include <limits>

#include "cuda/shapes.h"
#include "cuda/stopwatch.h"
#include "runtime/arguments.h"

namespace yolo4j::cuda {
namespace {

/// Launches in a row: well below what a queue takes before the host has to wait.
constexpr int32_t kLaunches = 200;
/// What the device does meanwhile must last longer than these take to enqueue.
constexpr double kBusySeconds = 4e-3;

double now() noexcept {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Bursts of empty kernels behind one that keeps the device busy until all are enqueued: so the
/// device doesn't wait for the host, nor the host for the device.
class Bursts {
 public:
  Bursts(const char* operation, Bench* bench) : operation_(operation), bench_(bench) {}

  int32_t open(double seconds) noexcept {
    int32_t status = memory_.allocate(operation_, bench_->threads() * 4);
    status = status == YOLO4J_OK ? watch_.open(operation_) : status;
    double round = 0;
    auto work = [&](int32_t rounds) { return busy(rounds); };
    status = status == YOLO4J_OK ? fastest(operation_, seconds / 4, work, &round) : status;
    busy_rounds_ = status == YOLO4J_OK ? static_cast<int32_t>(kBusySeconds / round) + 1 : 1;
    return status;
  }

  /// One burst; gives seconds a launch of the host and of the device.
  int32_t burst(double* host, double* device) noexcept {
    int32_t status = busy(busy_rounds_);
    status = status == YOLO4J_OK ? watch_.start() : status;
    double begin = now();
    for (int32_t i = 0; i < kLaunches && status == YOLO4J_OK; i++) {
      status = bench_->call().run(Kernel::roof_empty, 1, 32, 0, int32_t{0});
    }
    *host = (now() - begin) / kLaunches;
    status = status == YOLO4J_OK ? watch_.stop() : status;
    status = status == YOLO4J_OK ? watch_.read(device) : status;
    *device /= kLaunches;
    return status;
  }

 private:
  int32_t busy(int32_t rounds) noexcept {
    return bench_->call().run(Kernel::roof_lanes_f32, bench_->blocks(), Bench::kThreads, 0,
                              memory_.at(0), RoofShape{rounds, -1.0f, 9.0f});
  }

  const char* operation_;
  Bench* bench_;
  DeviceMemory memory_;
  Stopwatch watch_;
  int32_t busy_rounds_ = 1;
};

}  // namespace
}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;

int32_t yolo4j_cuda_launch_cost(int32_t device, double seconds, double* host_seconds,
                                double* device_seconds) {
  const char* operation = "yolo4j_cuda_launch_cost";
  int32_t status = yolo4j::check_not_null(
      operation, {{"host_seconds", host_seconds}, {"device_seconds", device_seconds}});
  Bench bench;
  status = status == YOLO4J_OK ? bench.open(operation, device, seconds) : status;
  Bursts bursts(operation, &bench);
  status = status == YOLO4J_OK ? bursts.open(seconds) : status;
  double best_host = std::numeric_limits<double>::infinity();
  double best_device = best_host;
  double end = now() + seconds;
  bool warm = false;
  while (status == YOLO4J_OK) {
    double host = 0;
    double gpu = 0;
    status = bursts.burst(&host, &gpu);
    if (status == YOLO4J_OK && warm) {
      best_host = host < best_host ? host : best_host;
      best_device = gpu < best_device ? gpu : best_device;
      if (now() >= end) {
        *host_seconds = best_host;
        *device_seconds = best_device;
        return YOLO4J_OK;
      }
    }
    warm = true;
  }
  return status;
}
