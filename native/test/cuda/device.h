// The device that the tests run on, the fake driver's or a real one, and buffers in its memory.
#pragma once

#include <dlfcn.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "cuda/driver.h"
#include "hostcuda/numbers.h"
#include "yolo4j.h"

namespace cuda_test {

/// The first bytes of a fat binary: all that the fake driver looks at.
inline const uint32_t fake_image[4] = {0xba55ed50, 1, 0, 0};

/// The driver's functions that only tests need.
struct Memory {
  int (*alloc)(uint64_t*, std::size_t);
  int (*free)(uint64_t);
  int (*to_device)(uint64_t, const void*, std::size_t);
  int (*to_host)(void*, uint64_t, std::size_t);
  int (*synchronize)();
  void* (*last_stream)();  // null with a real driver
  void* library;
};

template <typename Function>
void look_up(void* library, const char* name, Function* function) {
  void* address = dlsym(library, name);
  std::memcpy(function, &address, sizeof address);
}

inline int must(int status, const char* what) {
  if (status != 0) {
    std::fprintf(stderr, "%s must succeed, got %d\n", what, status);
    std::exit(1);
  }
  return status;
}

inline Memory open_memory() {
  Memory m = {};
  m.library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (m.library == nullptr) {
    std::fprintf(stderr, "the test needs libcuda.so.1, a real one or the fake: %s\n", dlerror());
    std::exit(1);
  }
  look_up(m.library, "cuMemAlloc_v2", &m.alloc);
  look_up(m.library, "cuMemFree_v2", &m.free);
  look_up(m.library, "cuMemcpyHtoD_v2", &m.to_device);
  look_up(m.library, "cuMemcpyDtoH_v2", &m.to_host);
  look_up(m.library, "cuCtxSynchronize", &m.synchronize);
  look_up(m.library, "fake_last_stream", &m.last_stream);
  if (m.last_stream != nullptr) {
    yolo4j::cuda::use_image(fake_image);
  }
  // The tests' own use of the device's context, which stays current on this thread.
  int (*init)(unsigned) = nullptr;
  int (*retain)(void**, int) = nullptr;
  int (*set)(void*) = nullptr;
  look_up(m.library, "cuInit", &init);
  look_up(m.library, "cuDevicePrimaryCtxRetain", &retain);
  look_up(m.library, "cuCtxSetCurrent", &set);
  void* context = nullptr;
  must(init(0), "cuInit");
  must(retain(&context, 0), "cuDevicePrimaryCtxRetain");
  must(set(context), "cuCtxSetCurrent");
  return m;
}

inline const Memory& memory() {
  static const Memory opened = open_memory();
  return opened;
}

/// The call on device 0 and its default stream, which the tests wait for.
inline const yolo4j_cuda_call* call() {
  static yolo4j_cuda_call one = {};
  one.struct_size = sizeof one;
  return &one;
}

inline const char* type_name(int32_t dtype) { return yolo4j_dtype_name(dtype); }

/// Elements of a type in the device's memory. Inputs have exactly their size, so that tools see a
/// read past the end; outputs start as NaN and lie between canaries.
class Buffer {
 public:
  enum Kind { kInput, kOutput };

  /// @param shift elements by which the buffer misses the alignment that allocations have
  Buffer(int32_t dtype, int64_t count, Kind kind, int64_t shift = 0)
      : dtype_(dtype),
        size_(yolo4j_dtype_size(dtype)),
        count_(count),
        front_((kind == kOutput ? kGuard : 0) + shift * size_),
        back_(kind == kOutput ? kGuard : 0),
        host_(static_cast<std::size_t>(front_ + count * size_ + back_), 0xff) {
    must(memory().alloc(&address_, host_.empty() ? 1 : host_.size()), "cuMemAlloc");
    upload();
  }
  ~Buffer() { memory().free(address_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// The device's pointer, after what was set went there.
  void* device() { return reinterpret_cast<void*>(address_ + static_cast<uint64_t>(front_)); }
  void upload() {
    if (!host_.empty()) {
      must(memory().to_device(address_, host_.data(), host_.size()), "cuMemcpyHtoD");
    }
  }
  /// Waits for the device and fetches its content.
  void download() {
    must(memory().synchronize(), "cuCtxSynchronize");
    if (!host_.empty()) {
      must(memory().to_host(host_.data(), address_, host_.size()), "cuMemcpyDtoH");
    }
  }

  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(host_.data() + front_);
  }

  /// A number of a float type in the host's copy.
  double get(int64_t i) {
    switch (dtype_) {
      case YOLO4J_DTYPE_F16:
        return static_cast<double>(__half2float(as<__half>()[i]));
      case YOLO4J_DTYPE_BF16:
        return static_cast<double>(__bfloat162float(as<__nv_bfloat16>()[i]));
      default:
        return static_cast<double>(as<float>()[i]);
    }
  }

  void set(int64_t i, float value) {
    switch (dtype_) {
      case YOLO4J_DTYPE_F16:
        as<__half>()[i] = __float2half_rn(value);
        break;
      case YOLO4J_DTYPE_BF16:
        as<__nv_bfloat16>()[i] = __float2bfloat16_rn(value);
        break;
      default:
        as<float>()[i] = value;
    }
  }

  bool guards_intact() const {
    for (int64_t i = 0; i < back_; i++) {
      if (host_[static_cast<std::size_t>(i)] != 0xff ||
          host_[host_.size() - 1 - static_cast<std::size_t>(i)] != 0xff) {
        return false;
      }
    }
    return true;
  }

  /// Whether every byte is as at the start.
  bool untouched() {
    download();
    for (unsigned char byte : host_) {
      if (byte != 0xff) {
        return false;
      }
    }
    return true;
  }

  int32_t dtype() const { return dtype_; }
  int64_t count() const { return count_; }
  const std::vector<unsigned char>& bytes() const { return host_; }

 private:
  static constexpr int64_t kGuard = 64;
  int32_t dtype_;
  int64_t size_, count_, front_, back_;
  uint64_t address_ = 0;
  std::vector<unsigned char> host_;
};

/// Relative rounding of a type's storage.
inline double rounding(int32_t dtype) {
  return dtype == YOLO4J_DTYPE_F32 ? 0 : dtype == YOLO4J_DTYPE_F16 ? 1.0 / 2048 : 1.0 / 256;
}

/// An expected number and what errors grow with: the sum of its terms' sizes.
struct Expected {
  double value = 0;
  double size = 0;
  void add(double term) {
    value += term;
    size += std::fabs(term);
  }
};

/// Counts what is off: one line with the first and the largest instead of one an element.
inline void compare(const std::string& problem, const char* what, Buffer& actual,
                    const std::vector<Expected>& expected) {
  actual.download();
  int64_t wrong = 0;
  int64_t first = -1;
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); i++) {
    double value = expected[i].value;
    double got = actual.get(static_cast<int64_t>(i));
    // 6e-8 is half a step of float16's denormals.
    double tolerance =
        4e-6 * expected[i].size + (actual.dtype() == YOLO4J_DTYPE_F16 ? 6e-8 : 1e-30);
    if (!check::close(got, value, rounding(actual.dtype()) + 2e-6, tolerance)) {
      first = wrong == 0 ? static_cast<int64_t>(i) : first;
      wrong++;
    }
    largest = std::fmax(largest, std::fabs(got - value));
  }
  if (!actual.guards_intact()) {
    check::failures++;
    std::fprintf(stderr, "%s: %s: written outside of the buffer\n", problem.c_str(), what);
  }
  if (wrong > 0) {
    check::failures++;
    std::fprintf(stderr,
                 "%s: %s: %lld of %zu wrong, the first at %lld, %.9g instead of %.9g; largest "
                 "error %.3g\n",
                 problem.c_str(), what, static_cast<long long>(wrong), expected.size(),
                 static_cast<long long>(first), actual.get(first),
                 expected[static_cast<std::size_t>(first)].value, largest);
  }
}

/// A kernel call of the test must succeed.
inline void succeeded(const std::string& problem, int32_t status) {
  if (status != YOLO4J_OK) {
    check::failures++;
    std::fprintf(stderr, "%s: %s\n", problem.c_str(), yolo4j_last_error());
  }
}

/// A refusal: its status and a part of its text.
inline void refused(const char* file, int line, int32_t actual, int32_t status, const char* text) {
  check::equal(file, line, "status", actual, status);
  check::contains(file, line, yolo4j_last_error(), text);
}

constexpr int32_t kFloatTypes[] = {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_F16, YOLO4J_DTYPE_BF16};

}  // namespace cuda_test

#define CHECK_REFUSED(call, status, text) \
  cuda_test::refused(__FILE__, __LINE__, (call), (status), (text))
