// A GPU's roofs, measured: arithmetic with nothing to load, and memory with nothing to compute.
#include "cuda/shapes.h"
#include "cuda/stopwatch.h"
#include "runtime/arguments.h"

namespace yolo4j::cuda {
namespace {

constexpr int64_t kVector = 16;
constexpr int64_t kMostBytes = INT64_C(1) << 40;

/// A kernel of multiply-adds, and what a thread of it does in a round.
struct Arithmetic {
  Kernel kernel = Kernel::kCount;
  int64_t operations = 0;
  int32_t least_capability = 0;
};

Arithmetic lanes(int32_t dtype) noexcept {
  constexpr int64_t kOperations = INT64_C(2) * kLaneChains * kLaneSteps;
  switch (dtype) {
    case YOLO4J_DTYPE_F32:
      return {Kernel::roof_lanes_f32, kOperations, 0};
    case YOLO4J_DTYPE_F16:
      return {Kernel::roof_lanes_f16, 2 * kOperations, 0};
    default:
      return {};
  }
}

Arithmetic tensor_cores(int32_t dtype) noexcept {
  // A warp's product is 16 x 8 sums of 16 products, of TF32 8.
  constexpr int64_t kOperations = INT64_C(2) * 16 * 8 * 16 / 32 * kTensorChains * kTensorSteps;
  switch (dtype) {
    case YOLO4J_DTYPE_F32:
      return {Kernel::roof_tensor_f32, kOperations / 2, 80};
    case YOLO4J_DTYPE_F16:
      return {Kernel::roof_tensor_f16, kOperations, 0};
    case YOLO4J_DTYPE_BF16:
      return {Kernel::roof_tensor_bf16, kOperations, 80};
    default:
      return {};
  }
}

int32_t check_arithmetic(const char* operation, int32_t unit, int32_t dtype,
                         const Arithmetic& arithmetic) noexcept {
  if (unit != YOLO4J_CUDA_LANES && unit != YOLO4J_CUDA_TENSOR_CORES) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: unit must be 1 (lanes) or 2 (tensor cores), got %d",
                operation, unit);
  }
  if (arithmetic.operations == 0) {
    return fail(YOLO4J_UNSUPPORTED,
                "%s: measured are lanes in f32 and f16, and tensor cores in f32 (TF32), f16 and "
                "bf16, got %s in type %d",
                operation, unit == YOLO4J_CUDA_LANES ? "lanes" : "tensor cores", dtype);
  }
  return YOLO4J_OK;
}

int32_t check_capability(const char* operation, int32_t device, int32_t least) noexcept {
  int32_t capability = 0;
  int32_t status = yolo4j_cuda_compute_capability(device, &capability);
  if (status != YOLO4J_OK || capability >= least) {
    return status;
  }
  return fail(YOLO4J_UNSUPPORTED,
              "%s: tensor cores of this type need compute capability %d.%d, this GPU has %d.%d",
              operation, least / 10, least % 10, capability / 10, capability % 10);
}

/// Arrays of the same number of vectors, one behind the other.
class Arrays {
 public:
  int32_t allocate(const char* operation, int64_t count, int64_t vectors) noexcept {
    bytes_each_ = vectors * kVector;
    return memory_.allocate(operation, count * bytes_each_);
  }
  void* operator[](int64_t array) const noexcept { return memory_.at(array * bytes_each_); }

 private:
  DeviceMemory memory_;
  int64_t bytes_each_ = 0;
};

/// A pass, and how its bytes count.
struct Access {
  int64_t arrays = 0;
  int64_t times = 1;
};

Access access_of(int32_t code) noexcept {
  switch (code) {
    case YOLO4J_ACCESS_READ:
    case YOLO4J_ACCESS_WRITE:
      return {1, 1};
    case YOLO4J_ACCESS_COPY:
      return {2, 1};
    case YOLO4J_ACCESS_TRIAD:
      return {3, 1};
    case YOLO4J_ACCESS_UPDATE:
      return {1, 2};
    default:
      return {};
  }
}

/// Passes under way.
struct Passes {
  Bench* bench;
  const Arrays* arrays;
  void* sums;
  int64_t vectors;

  template <typename... Arguments>
  int32_t run(Kernel kernel, Arguments... arguments) const noexcept {
    return bench->call().run(kernel, bench->blocks(), Bench::kThreads, 0, arguments...);
  }

  int32_t pass(int32_t access, int32_t rounds) const noexcept {
    const Arrays& a = *arrays;
    RoofPassShape shape{vectors, rounds};
    switch (access) {
      case YOLO4J_ACCESS_READ:
        return run(Kernel::roof_read, a[0], sums, shape);
      case YOLO4J_ACCESS_WRITE:
        return run(Kernel::roof_write, a[0], shape);
      case YOLO4J_ACCESS_COPY:
        return run(Kernel::roof_copy, a[0], a[1], shape);
      case YOLO4J_ACCESS_TRIAD:
        return run(Kernel::roof_triad, a[0], a[1], a[2], shape);
      default:
        return run(Kernel::roof_update, a[0], shape);
    }
  }

  /// Ordinary numbers everywhere: what memory happens to hold may be slower or faster.
  int32_t fill(int64_t count) const noexcept {
    int32_t status = YOLO4J_OK;
    for (int64_t array = 0; array < count && status == YOLO4J_OK; array++) {
      status = run(Kernel::roof_write, (*arrays)[array], RoofPassShape{vectors, 1});
    }
    return status;
  }
};

}  // namespace
}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;
using yolo4j::check_not_null;
using yolo4j::fail;

int32_t yolo4j_cuda_peak(int32_t device, int32_t unit, int32_t dtype, double seconds,
                         double* operations_per_second) {
  const char* operation = "yolo4j_cuda_peak";
  Arithmetic arithmetic = unit == YOLO4J_CUDA_LANES ? lanes(dtype) : tensor_cores(dtype);
  int32_t status = check_not_null(operation, {{"operations_per_second", operations_per_second}});
  status = status == YOLO4J_OK ? check_arithmetic(operation, unit, dtype, arithmetic) : status;
  Bench bench;
  status = status == YOLO4J_OK ? bench.open(operation, device, seconds) : status;
  status = status == YOLO4J_OK ? check_capability(operation, device, arithmetic.least_capability)
                               : status;
  DeviceMemory out;
  // Of lanes a sum a thread, of tensor cores a quarter of a warp's 16 x 8.
  status = status == YOLO4J_OK ? out.allocate(operation, bench.threads() * 4 * 4) : status;
  double round = 0;
  auto work = [&](int32_t rounds) {
    // Goes to and fro between two numbers, so that no sum grows out of its type.
    return bench.call().run(arithmetic.kernel, bench.blocks(), Bench::kThreads, 0, out.at(0),
                            RoofShape{rounds, -1.0f, 9.0f});
  };
  status = status == YOLO4J_OK ? fastest(operation, seconds, work, &round) : status;
  if (status == YOLO4J_OK) {
    *operations_per_second = static_cast<double>(bench.threads() * arithmetic.operations) / round;
  }
  return status;
}

int32_t yolo4j_cuda_bandwidth(int32_t device, int32_t access, int64_t bytes, double seconds,
                              double* bytes_per_second) {
  const char* operation = "yolo4j_cuda_bandwidth";
  Access pass = access_of(access);
  int32_t status = check_not_null(operation, {{"bytes_per_second", bytes_per_second}});
  if (status != YOLO4J_OK) {
    return status;
  }
  if (pass.arrays == 0) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: access must be from 1 to 5, got %d", operation,
                access);
  }
  if (bytes < pass.arrays * kVector || bytes > kMostBytes) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: bytes must be at least %lld, a vector an array, and at most 2^40, got %lld",
                operation, static_cast<long long>(pass.arrays * kVector),
                static_cast<long long>(bytes));
  }
  Bench bench;
  status = bench.open(operation, device, seconds);
  int64_t vectors = bytes / pass.arrays / kVector;
  Arrays arrays;
  DeviceMemory sums;
  status = status == YOLO4J_OK ? arrays.allocate(operation, pass.arrays, vectors) : status;
  status = status == YOLO4J_OK ? sums.allocate(operation, bench.threads() * 4) : status;
  Passes passes{&bench, &arrays, sums.at(0), vectors};
  status = status == YOLO4J_OK ? passes.fill(pass.arrays) : status;
  double round = 0;
  auto work = [&](int32_t rounds) { return passes.pass(access, rounds); };
  status = status == YOLO4J_OK ? fastest(operation, seconds, work, &round) : status;
  if (status == YOLO4J_OK) {
    *bytes_per_second = static_cast<double>(pass.times * pass.arrays * vectors * kVector) / round;
  }
  return status;
}
