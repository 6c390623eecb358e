// The way to the device: what the library says where there is no driver, no GPU or an unusable one,
// threads, contexts and streams. The argument says what the environment has.
#include <thread>

#include "cuda/device.h"

namespace {

using cuda_test::Buffer;

yolo4j_elementwise copy_of(int64_t count) {
  yolo4j_elementwise p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.count = count;
  return p;
}

int32_t any_call(int32_t device) {
  float here[2] = {0, -7};
  yolo4j_cuda_call call = {sizeof call, device, nullptr};
  yolo4j_elementwise p = copy_of(1);
  int32_t status = yolo4j_cuda_activation_forward(&call, &p, &here[0], &here[1]);
  CHECK(status == YOLO4J_OK || here[1] == -7);
  return status;
}

/// Nothing works, and everything says why.
void refuses(int32_t status, const char* text) {
  yolo4j::cuda::use_image(cuda_test::fake_image);
  CHECK_REFUSED(any_call(0), status, text);
  CHECK_REFUSED(any_call(0), status, text);
  CHECK_REFUSED(yolo4j_cuda_prepare(0), status, text);
}

void nothing_to_ask(int32_t status, const char* text) {
  int32_t value = 0;
  char name[8];
  CHECK_REFUSED(yolo4j_cuda_device_name(0, name, sizeof name), status, text);
  CHECK_REFUSED(yolo4j_cuda_compute_capability(0, &value), status, text);
}

void without_code() {
  int32_t count = -1;
  CHECK_REFUSED(yolo4j_cuda_device_count(&count), YOLO4J_UNSUPPORTED, "built without");
  CHECK_EQUAL(count, 0);
  CHECK_REFUSED(any_call(0), YOLO4J_UNSUPPORTED, "must have CUDA code");
  nothing_to_ask(YOLO4J_UNSUPPORTED, "YOLO4J_CUDA");
}

void no_driver() {
  refuses(YOLO4J_UNSUPPORTED, "an NVIDIA driver must be installed");
  int32_t count = -1;
  CHECK_REFUSED(yolo4j_cuda_device_count(&count), YOLO4J_UNSUPPORTED, "libcuda.so.1");
  CHECK_EQUAL(count, 0);
  nothing_to_ask(YOLO4J_UNSUPPORTED, "an NVIDIA driver");
}

void no_device(const char* text) {
  refuses(YOLO4J_UNSUPPORTED, text);
  int32_t count = -1;
  CHECK_EQUAL(yolo4j_cuda_device_count(&count), YOLO4J_OK);
  CHECK_EQUAL(count, 0);
  nothing_to_ask(YOLO4J_UNSUPPORTED, text);
}

void devices_are_described() {
  int32_t count = 0;
  int32_t capability = 0;
  char name[256] = "";
  CHECK_EQUAL(yolo4j_cuda_device_count(&count), YOLO4J_OK);
  CHECK(count >= 1);
  CHECK_EQUAL(yolo4j_cuda_device_name(0, name, sizeof name), YOLO4J_OK);
  CHECK(name[0] != '\0');
  CHECK_EQUAL(yolo4j_cuda_compute_capability(0, &capability), YOLO4J_OK);
  CHECK(capability >= 75);
  CHECK_REFUSED(yolo4j_cuda_device_count(nullptr), YOLO4J_INVALID_ARGUMENT, "must not be null");
  CHECK_REFUSED(yolo4j_cuda_device_name(0, nullptr, 9), YOLO4J_INVALID_ARGUMENT, "name");
  CHECK_REFUSED(yolo4j_cuda_device_name(0, name, 0), YOLO4J_INVALID_ARGUMENT, "capacity");
  CHECK_REFUSED(yolo4j_cuda_device_name(count, name, 9), YOLO4J_INVALID_ARGUMENT, "device must be");
  CHECK_REFUSED(yolo4j_cuda_compute_capability(0, nullptr), YOLO4J_INVALID_ARGUMENT, "capability");
  CHECK_REFUSED(yolo4j_cuda_prepare(-1), YOLO4J_INVALID_ARGUMENT, "got -1");
  CHECK_EQUAL(yolo4j_cuda_prepare(0), YOLO4J_OK);
  std::printf("%d devices, the first: %s, compute capability %d\n", count, name, capability);
}

/// Many threads at once, before anything is loaded; none has a context of its own.
void threads_share_the_kernels() {
  constexpr int kThreads = 4;
  int32_t devices = 0;
  CHECK_EQUAL(yolo4j_cuda_device_count(&devices), YOLO4J_OK);
  std::vector<int32_t> status(kThreads, -1);
  std::vector<std::thread> threads;
  Buffer x(YOLO4J_DTYPE_F32, kThreads, Buffer::kInput);
  Buffer y(YOLO4J_DTYPE_F32, kThreads, Buffer::kOutput);
  for (int i = 0; i < kThreads; i++) {
    x.set(i, static_cast<float>(i));
  }
  x.upload();
  // The second device's memory is the host's only with the fake driver.
  int32_t used = cuda_test::memory().last_stream != nullptr && devices > 1 ? 2 : 1;
  for (int i = 0; i < kThreads; i++) {
    threads.emplace_back([&, i] {
      yolo4j_cuda_call call = {sizeof call, i % used, nullptr};
      yolo4j_elementwise p = copy_of(1);
      status[static_cast<std::size_t>(i)] = yolo4j_cuda_activation_forward(
          &call, &p, static_cast<float*>(x.device()) + i, static_cast<float*>(y.device()) + i);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  y.download();
  for (int i = 0; i < kThreads; i++) {
    CHECK_EQUAL(status[static_cast<std::size_t>(i)], YOLO4J_OK);
    CHECK_EQUAL(y.get(i), i);
  }
}

/// A thread's own context is current again after the call; the caller's stream is used.
void contexts_and_streams_are_kept() {
  int (*get)(void**) = nullptr;
  int (*set)(void*) = nullptr;
  cuda_test::look_up(cuda_test::memory().library, "cuCtxGetCurrent", &get);
  cuda_test::look_up(cuda_test::memory().library, "cuCtxSetCurrent", &set);
  void* before = nullptr;
  void* after = nullptr;
  get(&before);
  CHECK(before != nullptr);
  if (cuda_test::memory().last_stream != nullptr) {
    CHECK_EQUAL(any_call(1), YOLO4J_OK);
    get(&after);
    CHECK(after == before);
    float here[2] = {3, 0};
    int stream = 0;
    yolo4j_cuda_call call = {sizeof call, 0, &stream};
    yolo4j_elementwise p = copy_of(1);
    CHECK_EQUAL(yolo4j_cuda_activation_forward(&call, &p, &here[0], &here[1]), YOLO4J_OK);
    CHECK_EQUAL(here[1], 3);
    CHECK(cuda_test::memory().last_stream() == &stream);
  }
  set(nullptr);
  CHECK_EQUAL(yolo4j_cuda_prepare(0), YOLO4J_OK);
  get(&after);
  CHECK(after == nullptr);
  set(before);
}

}  // namespace

int main(int arguments, char** argument) {
  std::string mode = arguments > 1 ? argument[1] : "works";
  if (mode == "without_code") {
    without_code();
  } else if (mode == "no_driver") {
    no_driver();
  } else if (mode == "no_device") {
    no_device("CUDA_ERROR_NO_DEVICE (100): there is no usable NVIDIA GPU");
  } else if (mode == "zero") {
    no_device("there must be an NVIDIA GPU, got 0 devices");
  } else if (mode == "old_gpu") {
    refuses(YOLO4J_UNSUPPORTED, "cuModuleLoadData must succeed, got CUDA_ERROR_NO_BINARY_FOR_GPU");
  } else if (mode == "old_driver") {
    refuses(YOLO4J_UNSUPPORTED, "the driver is older than the kernels' compiler");
  } else if (mode == "context_memory") {
    refuses(YOLO4J_OUT_OF_MEMORY, "cuDevicePrimaryCtxRetain must succeed, got CUDA_ERROR_OUT_OF");
  } else if (mode == "module_memory") {
    refuses(YOLO4J_OUT_OF_MEMORY,
            "cuModuleLoadData must succeed, got CUDA_ERROR_OUT_OF_MEMORY (2)");
  } else if (mode == "launch") {
    yolo4j::cuda::use_image(cuda_test::fake_image);
    CHECK_REFUSED(any_call(0), YOLO4J_INTERNAL,
                  "activation_forward_f32 must succeed, got CUDA_ERROR_LAUNCH_FAILED (719)");
  } else {
    cuda_test::memory();
    threads_share_the_kernels();
    devices_are_described();
    contexts_and_streams_are_kept();
  }
  return check::result();
}
