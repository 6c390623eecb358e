// A GPU's roofs: what the kernels compute, to the last operation; and the figures, which the fake
// driver's clock makes exact. On a real driver they are printed, and only plausible. The argument
// says what the environment has.
#include <functional>

#include "cuda/device.h"
#include "cuda/shapes.h"

namespace {

using namespace yolo4j::cuda;
using cuda_test::Buffer;

constexpr int32_t kThreads = 64;
constexpr int64_t kBlocks = 3;
constexpr double kBriefly = 1e-6;

struct Fake {
  void (*launches_take)(double) = nullptr;
  int64_t (*launches)() = nullptr;
  int64_t (*buffers_alive)() = nullptr;
  int (*events_alive)() = nullptr;
};

const Fake& fake() {
  static const Fake found = [] {
    Fake f;
    void* library = cuda_test::memory().library;
    cuda_test::look_up(library, "fake_launches_take", &f.launches_take);
    cuda_test::look_up(library, "fake_launches", &f.launches);
    cuda_test::look_up(library, "fake_buffers_alive", &f.buffers_alive);
    cuda_test::look_up(library, "fake_events_alive", &f.events_alive);
    return f;
  }();
  return found;
}

template <typename... Arguments>
void launch(Kernel kernel, Arguments... arguments) {
  Call call;
  cuda_test::succeeded("open", call.open("test", cuda_test::call()));
  cuda_test::succeeded(kernel_name(kernel), call.run(kernel, kBlocks, kThreads, 0, arguments...));
}

/// x + 1 in every step, so that each operation is seen in the sum. float16 is exact to 2048.
void lanes_do_every_operation(Kernel kernel, int numbers, int rounds) {
  Buffer out(YOLO4J_DTYPE_F32, kBlocks * kThreads, Buffer::kOutput);
  launch(kernel, out.device(), RoofShape{rounds, 1, 1});
  std::vector<cuda_test::Expected> expected(static_cast<std::size_t>(kBlocks * kThreads));
  for (std::size_t thread = 0; thread < expected.size(); thread++) {
    for (int chain = 0; chain < kLaneChains; chain++) {
      expected[thread].add(numbers * (chain + static_cast<double>(thread % 4) +
                                      static_cast<double>(rounds) * kLaneSteps));
    }
  }
  cuda_test::compare(kernel_name(kernel), "sums", out, expected);
}

/// The factor and the term: to and fro between two numbers.
void lanes_go_to_and_fro(Kernel kernel, int numbers) {
  Buffer out(YOLO4J_DTYPE_F32, kBlocks * kThreads, Buffer::kOutput);
  launch(kernel, out.device(), RoofShape{3, -1, 9});
  std::vector<cuda_test::Expected> expected(static_cast<std::size_t>(kBlocks * kThreads));
  for (std::size_t thread = 0; thread < expected.size(); thread++) {
    for (int chain = 0; chain < kLaneChains; chain++) {
      expected[thread].add(numbers * (chain + static_cast<double>(thread % 4)));
    }
  }
  cuda_test::compare(kernel_name(kernel), "to and fro", out, expected);
}

/// The product of the same two matrices, as often as it was asked for. Where an instruction's
/// elements lay elsewhere in the warp, sums would differ.
void tensor_cores_multiply(Kernel kernel, int inner, int rounds) {
  constexpr int64_t kWarps = kBlocks * kThreads / 32;
  Buffer out(YOLO4J_DTYPE_F32, kWarps * 16 * 8, Buffer::kOutput);
  launch(kernel, out.device(), RoofShape{rounds, 0, 0});
  std::vector<cuda_test::Expected> expected(static_cast<std::size_t>(kWarps * 16 * 8));
  for (std::size_t i = 0; i < expected.size(); i++) {
    int row = static_cast<int>(i) % 128 / 8;
    int column = static_cast<int>(i) % 8;
    for (int k = 0; k < inner; k++) {
      expected[i].add(((row + 2 * k) % 5 - 2) * ((3 * k + column) % 5 - 2) *
                      static_cast<double>(rounds) * kTensorSteps * kTensorChains);
    }
    expected[i].add(kTensorChains * (kTensorChains - 1) / 2.0);
  }
  cuda_test::compare(kernel_name(kernel), "products", out, expected);
}

float pattern(int64_t vector) { return 1 + static_cast<float>(vector & 0xff) / 256; }

/// Sizes around a round of all threads with one vector and with four.
const int64_t kVectors[] = {1, 63, 192, 193, 768, 769, 2000};

void check_floats(const char* what, Buffer& buffer, int64_t vectors,
                  const std::function<double(int64_t)>& value) {
  std::vector<cuda_test::Expected> expected(static_cast<std::size_t>(4 * vectors));
  for (int64_t i = 0; i < 4 * vectors; i++) {
    expected[static_cast<std::size_t>(i)].add(value(i / 4));
  }
  cuda_test::compare(what, std::to_string(vectors).c_str(), buffer, expected);
}

void passes_touch_every_vector(int64_t vectors) {
  RoofPassShape thrice{vectors, 3};
  Buffer x(YOLO4J_DTYPE_F32, 4 * vectors, Buffer::kOutput);
  Buffer y(YOLO4J_DTYPE_F32, 4 * vectors, Buffer::kOutput);
  Buffer z(YOLO4J_DTYPE_F32, 4 * vectors, Buffer::kOutput);
  launch(Kernel::roof_write, x.device(), thrice);
  check_floats("roof_write", x, vectors, pattern);
  launch(Kernel::roof_copy, x.device(), y.device(), thrice);
  check_floats("roof_copy", y, vectors, pattern);
  launch(Kernel::roof_update, y.device(), thrice);
  check_floats("roof_update", y, vectors, [](int64_t i) { return -pattern(i); });
  launch(Kernel::roof_triad, x.device(), y.device(), z.device(), thrice);
  check_floats("roof_triad", z, vectors, [](int64_t i) { return pattern(i) / 2; });
  check_floats("roof_triad left x", x, vectors, pattern);

  Buffer sums(YOLO4J_DTYPE_I32, kBlocks * kThreads, Buffer::kOutput);
  launch(Kernel::roof_read, x.device(), sums.device(), thrice);
  sums.download();
  for (int64_t thread = 0; thread < kBlocks * kThreads; thread++) {
    uint32_t sum = 0;
    for (int64_t i = thread; i < vectors; i += kBlocks * kThreads) {
      float v = pattern(i);
      uint32_t bits;
      std::memcpy(&bits, &v, sizeof bits);
      sum += 12 * bits;
    }
    CHECK_EQUAL(sums.as<uint32_t>()[thread], sum);
  }
}

/// Nothing of a measurement stays behind.
struct Kept {
  Kept()
      : buffers(fake().buffers_alive == nullptr ? 0 : fake().buffers_alive()),
        events(fake().events_alive == nullptr ? 0 : fake().events_alive()) {}
  ~Kept() {
    if (fake().buffers_alive != nullptr) {
      CHECK_EQUAL(fake().buffers_alive(), buffers);
      CHECK_EQUAL(fake().events_alive(), events);
    }
  }
  int64_t buffers;
  int events;
};

/// What a round of all threads does, with launches of a millisecond: 1 multiprocessor, 1024
/// threads.
void peak_is(int32_t unit, int32_t dtype, double operations_a_thread, const char* name) {
  Kept kept;
  double peak = -7;
  cuda_test::succeeded(name, yolo4j_cuda_peak(0, unit, dtype, kBriefly, &peak));
  if (fake().launches_take != nullptr) {
    CHECK_CLOSE(peak, operations_a_thread * 1024 / 1e-3, 1e-6, 0);
  } else {
    std::printf("%s: %.1f GFLOP/s\n", name, peak / 1e9);
    CHECK(peak > 1e9);
  }
}

void peaks_count_what_was_done() {
  constexpr double kLanes = 2.0 * kLaneChains * kLaneSteps;
  constexpr double kTensor = 2.0 * 16 * 8 * 16 / 32 * kTensorChains * kTensorSteps;
  peak_is(YOLO4J_CUDA_LANES, YOLO4J_DTYPE_F32, kLanes, "lanes f32");
  peak_is(YOLO4J_CUDA_LANES, YOLO4J_DTYPE_F16, 2 * kLanes, "lanes f16");
  peak_is(YOLO4J_CUDA_TENSOR_CORES, YOLO4J_DTYPE_F16, kTensor, "tensor cores f16");
}

void newer_peaks_count_what_was_done() {
  constexpr double kTensor = 2.0 * 16 * 8 * 16 / 32 * kTensorChains * kTensorSteps;
  peak_is(YOLO4J_CUDA_TENSOR_CORES, YOLO4J_DTYPE_F32, kTensor / 2, "tensor cores tf32");
  peak_is(YOLO4J_CUDA_TENSOR_CORES, YOLO4J_DTYPE_BF16, kTensor, "tensor cores bf16");
}

void bandwidths_count_as_stream_does() {
  const struct {
    int32_t access;
    double bytes;
  } cases[] = {{YOLO4J_ACCESS_READ, 4800},
               {YOLO4J_ACCESS_WRITE, 4800},
               {YOLO4J_ACCESS_COPY, 4800},
               {YOLO4J_ACCESS_TRIAD, 4800},
               {YOLO4J_ACCESS_UPDATE, 9600}};
  for (const auto& one : cases) {
    Kept kept;
    double bandwidth = -7;
    // A few bytes over whole vectors are left.
    int64_t bytes = fake().launches_take != nullptr ? 4807 : INT64_C(256) << 20;
    CHECK_EQUAL(yolo4j_cuda_bandwidth(0, one.access, bytes, kBriefly, &bandwidth), YOLO4J_OK);
    if (fake().launches_take != nullptr) {
      CHECK_CLOSE(bandwidth, one.bytes / 1e-3, 1e-6, 0);
    } else {
      std::printf("access %d: %.1f GB/s\n", one.access, bandwidth / 1e9);
      CHECK(bandwidth > 1e9);
    }
  }
}

void launches_cost_what_passed() {
  Kept kept;
  double host = -7;
  double device = -7;
  cuda_test::succeeded("launch cost", yolo4j_cuda_launch_cost(0, kBriefly, &host, &device));
  CHECK(host > 0 && host < 0.1);
  if (fake().launches_take != nullptr) {
    CHECK_CLOSE(device, 1e-3, 1e-5, 0);
  } else {
    std::printf("a launch: host %.2f us, device %.2f us\n", host * 1e6, device * 1e6);
    CHECK(device > 0 && device < 1e-3);
  }
}

void wrong_arguments_are_refused() {
  Kept kept;
  double result = -7;
  double other = -7;
  constexpr double kNan = NAN;
  for (double seconds : {0.0, -1.0, 10.5, kNan}) {
    CHECK_REFUSED(yolo4j_cuda_peak(0, YOLO4J_CUDA_LANES, YOLO4J_DTYPE_F32, seconds, &result),
                  YOLO4J_INVALID_ARGUMENT, "seconds must be above 0 and at most 10");
  }
  CHECK_REFUSED(yolo4j_cuda_peak(0, 3, YOLO4J_DTYPE_F32, 1, &result), YOLO4J_INVALID_ARGUMENT,
                "unit must be 1 (lanes) or 2 (tensor cores), got 3");
  CHECK_REFUSED(yolo4j_cuda_peak(0, YOLO4J_CUDA_LANES, YOLO4J_DTYPE_BF16, 1, &result),
                YOLO4J_UNSUPPORTED, "got lanes in type 3");
  CHECK_REFUSED(yolo4j_cuda_peak(0, YOLO4J_CUDA_TENSOR_CORES, YOLO4J_DTYPE_I8, 1, &result),
                YOLO4J_UNSUPPORTED, "got tensor cores in type 6");
  CHECK_REFUSED(yolo4j_cuda_peak(99, YOLO4J_CUDA_LANES, YOLO4J_DTYPE_F32, 1, &result),
                YOLO4J_INVALID_ARGUMENT, "device must be from 0 to");
  CHECK_REFUSED(yolo4j_cuda_peak(0, YOLO4J_CUDA_LANES, YOLO4J_DTYPE_F32, 1, nullptr),
                YOLO4J_INVALID_ARGUMENT, "operations_per_second must not be null");
  CHECK_REFUSED(yolo4j_cuda_bandwidth(0, 6, 4096, 1, &result), YOLO4J_INVALID_ARGUMENT,
                "access must be from 1 to 5, got 6");
  CHECK_REFUSED(yolo4j_cuda_bandwidth(0, YOLO4J_ACCESS_TRIAD, 47, 1, &result),
                YOLO4J_INVALID_ARGUMENT, "bytes must be at least 48");
  CHECK_REFUSED(yolo4j_cuda_bandwidth(0, YOLO4J_ACCESS_READ, INT64_MAX, 1, &result),
                YOLO4J_INVALID_ARGUMENT, "at most 2^40");
  CHECK_REFUSED(yolo4j_cuda_launch_cost(0, 1, &result, nullptr), YOLO4J_INVALID_ARGUMENT,
                "device_seconds must not be null");
  CHECK_REFUSED(yolo4j_cuda_launch_cost(0, 0, &result, &other), YOLO4J_INVALID_ARGUMENT, "seconds");
  CHECK_EQUAL(result, -7);
  CHECK_EQUAL(other, -7);
}

void limits_are_told() {
  int32_t multiprocessors = -7;
  int64_t l2 = -7;
  int32_t version = -7;
  CHECK_EQUAL(yolo4j_cuda_device_limits(0, &multiprocessors, &l2), YOLO4J_OK);
  CHECK_EQUAL(yolo4j_cuda_driver_version(&version), YOLO4J_OK);
  CHECK(multiprocessors > 0 && l2 >= 0 && version >= 13000);
  if (fake().launches != nullptr) {
    CHECK_EQUAL(multiprocessors, 1);
    CHECK_EQUAL(l2, 64 << 10);
    CHECK_EQUAL(version, 13000);
  }
  CHECK_REFUSED(yolo4j_cuda_device_limits(0, nullptr, &l2), YOLO4J_INVALID_ARGUMENT,
                "multiprocessors must not be null");
  CHECK_REFUSED(yolo4j_cuda_driver_version(nullptr), YOLO4J_INVALID_ARGUMENT, "version must not");
}

/// Every function, and nothing is written.
void all_refused(int32_t status, const char* text) {
  Kept kept;
  double result = -7;
  double other = -7;
  CHECK_REFUSED(yolo4j_cuda_peak(0, YOLO4J_CUDA_LANES, YOLO4J_DTYPE_F32, 1, &result), status, text);
  CHECK_REFUSED(yolo4j_cuda_bandwidth(0, YOLO4J_ACCESS_COPY, 4096, 1, &result), status, text);
  CHECK_REFUSED(yolo4j_cuda_launch_cost(0, 1, &result, &other), status, text);
  CHECK_EQUAL(result, -7);
  CHECK_EQUAL(other, -7);
}

void no_driver() {
  yolo4j::cuda::use_image(cuda_test::fake_image);
  double result = -7;
  int32_t number = -7;
  int64_t bytes = -7;
  CHECK_REFUSED(yolo4j_cuda_peak(0, YOLO4J_CUDA_LANES, YOLO4J_DTYPE_F32, 1, &result),
                YOLO4J_UNSUPPORTED, "an NVIDIA driver must be installed");
  CHECK_REFUSED(yolo4j_cuda_driver_version(&number), YOLO4J_UNSUPPORTED, "an NVIDIA driver");
  CHECK_REFUSED(yolo4j_cuda_device_limits(0, &number, &bytes), YOLO4J_UNSUPPORTED,
                "an NVIDIA driver");
  CHECK(result == -7 && number == -7 && bytes == -7);
}

/// A clock that stands still must not keep anybody waiting.
void a_clock_that_stands_still_is_told() {
  Kept kept;
  double result = -7;
  CHECK_REFUSED(yolo4j_cuda_bandwidth(0, YOLO4J_ACCESS_WRITE, 16, 1, &result), YOLO4J_INTERNAL,
                "rounds must take at least 0.0005 s, got 0");
  CHECK_EQUAL(result, -7);
}

bool newer_tensor_cores() {
  int32_t capability = 0;
  CHECK_EQUAL(yolo4j_cuda_compute_capability(0, &capability), YOLO4J_OK);
  return capability >= 80;
}

void kernels_compute() {
  lanes_do_every_operation(Kernel::roof_lanes_f32, 1, 5);
  lanes_do_every_operation(Kernel::roof_lanes_f16, 2, 5);
  lanes_go_to_and_fro(Kernel::roof_lanes_f32, 1);
  lanes_go_to_and_fro(Kernel::roof_lanes_f16, 2);
  tensor_cores_multiply(Kernel::roof_tensor_f16, 16, 2);
  // Emulated they need no newer GPU.
  if (fake().launches != nullptr || newer_tensor_cores()) {
    tensor_cores_multiply(Kernel::roof_tensor_f32, 8, 2);
    tensor_cores_multiply(Kernel::roof_tensor_bf16, 16, 2);
  }
  for (int64_t vectors : kVectors) {
    passes_touch_every_vector(vectors);
  }
  launch(Kernel::roof_empty, int32_t{0});
}

}  // namespace

int main(int arguments, char** argument) {
  std::string mode = arguments > 1 ? argument[1] : "works";
  if (mode == "no_driver") {
    no_driver();
    return check::result();
  }
  cuda_test::memory();
  if (fake().launches_take != nullptr && mode != "still") {
    fake().launches_take(1000);
  }
  if (mode == "memory") {
    all_refused(YOLO4J_OUT_OF_MEMORY, "cuMemAlloc must succeed, got CUDA_ERROR_OUT_OF_MEMORY (2)");
  } else if (mode == "launch") {
    all_refused(YOLO4J_INTERNAL, "must succeed, got CUDA_ERROR_LAUNCH_FAILED (719)");
  } else if (mode == "still") {
    a_clock_that_stands_still_is_told();
  } else if (mode == "ampere") {
    newer_peaks_count_what_was_done();
  } else {
    kernels_compute();
    limits_are_told();
    wrong_arguments_are_refused();
    peaks_count_what_was_done();
    bandwidths_count_as_stream_does();
    launches_cost_what_passed();
    double result = -7;
    if (newer_tensor_cores()) {
      newer_peaks_count_what_was_done();
    } else {
      CHECK_REFUSED(yolo4j_cuda_peak(0, YOLO4J_CUDA_TENSOR_CORES, YOLO4J_DTYPE_BF16, 1, &result),
                    YOLO4J_UNSUPPORTED, "need compute capability 8.0, this GPU has 7.5");
    }
  }
  return check::result();
}
