// The public functions: checks, then the elements are shared among the threads.
#include "activation/activation.h"

#include <cstdint>

#include "runtime/params.h"
#include "runtime/team.h"
#include "yolo4j.h"

namespace yolo4j::activation {
namespace {

/// Below so many elements a thread isn't worth waking.
constexpr int64_t kElementsForAThread = 32768;
constexpr int64_t kMostElements = INT64_MAX / 64;
/// Threads share blocks of so many elements: whole cache lines in both types, so that no two
/// threads write to one (where the tensor begins with a line).
constexpr int64_t kBlock = 1024;

int64_t element_size(const Elementwise& e) { return e.element == kF32 ? 4 : 2; }

int32_t check(const char* operation, const yolo4j_elementwise& p) {
  if (p.dtype != YOLO4J_DTYPE_F32 && p.dtype != YOLO4J_DTYPE_BF16) {
    const char* name = yolo4j_dtype_name(p.dtype);
    return fail(YOLO4J_UNSUPPORTED, "%s: dtype must be f32 or bf16, got %s (%d)", operation,
                name == nullptr ? "none" : name, p.dtype);
  }
  if (p.activation < 0 || p.activation >= kActivations) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be from 0 to %d, got %d", operation,
                kActivations - 1, p.activation);
  }
  if (p.threads < 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: threads must be at least 1, got %d", operation,
                p.threads);
  }
  if (p.count < 1 || p.count > kMostElements) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: count must be positive and below 2^57, got %lld",
                operation, static_cast<long long>(p.count));
  }
  return YOLO4J_OK;
}

int32_t useful_threads(const yolo4j_elementwise& p) {
  int64_t useful = p.count / kElementsForAThread;
  useful = useful < 1 ? 1 : useful;
  return useful < p.threads ? static_cast<int32_t>(useful) : p.threads;
}

int32_t read_elementwise(const char* operation, const yolo4j_elementwise* given,
                         Elementwise* elementwise) {
  yolo4j_elementwise p;
  int32_t status = read_params(operation, given, sizeof(yolo4j_elementwise), &p);
  status = status == YOLO4J_OK ? check(operation, p) : status;
  const Kernels* kernels = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  if (status == YOLO4J_OK) {
    *elementwise = Elementwise{kernels, p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16, p.activation,
                               useful_threads(p), p.count};
  }
  return status;
}

/// Elements are read as such, so they must lie as such.
int32_t check_buffer(const char* operation, const Elementwise& e, const void* buffer,
                     const char* name) {
  if (buffer == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must not be null", operation, name);
  }
  if (reinterpret_cast<std::uintptr_t>(buffer) % static_cast<std::uintptr_t>(element_size(e)) !=
      0) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must be aligned to %lld bytes, got %p", operation,
                name, static_cast<long long>(element_size(e)), buffer);
  }
  return YOLO4J_OK;
}

/// Calls run(first byte, elements) for each thread's part.
template <typename Run>
void share(const Elementwise& e, const Run& run) {
  int64_t blocks = (e.count + kBlock - 1) / kBlock;
  in_team(e.threads, [&](const Team& team) {
    int64_t begin = team.begin(blocks) * kBlock;
    int64_t end = team.end(blocks) * kBlock;
    end = end < e.count ? end : e.count;
    if (begin < end) {
      run(begin * element_size(e), end - begin);
    }
  });
}

}  // namespace

void forward(const Elementwise& e, const void* x, void* y) {
  share(e, [&](int64_t byte, int64_t count) {
    e.kernels->forward[e.element][e.activation](static_cast<const char*>(x) + byte,
                                                static_cast<char*>(y) + byte, count);
  });
}

void backward(const Elementwise& e, const void* x, const void* dy, void* dx) {
  share(e, [&](int64_t byte, int64_t count) {
    e.kernels->backward[e.element][e.activation](static_cast<const char*>(x) + byte,
                                                 static_cast<const char*>(dy) + byte,
                                                 static_cast<char*>(dx) + byte, count);
  });
}

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = KernelFamily<Kernels>(&kScalar)
#if defined(YOLO4J_X86)
                                                        .with(YOLO4J_ISA_AVX2, &kAvx2)
                                                        .with(YOLO4J_ISA_AVX512, &kAvx512)
#elif defined(YOLO4J_ARM64)
                                                        .with(YOLO4J_ISA_NEON, &kNeon)
#endif
      ;
  return versions;
}

}  // namespace yolo4j::activation

using yolo4j::activation::Elementwise;

int32_t yolo4j_activation_forward(const yolo4j_elementwise* elementwise, const void* x, void* y) {
  const char* operation = "yolo4j_activation_forward";
  Elementwise checked;
  int32_t status = yolo4j::activation::read_elementwise(operation, elementwise, &checked);
  status =
      status == YOLO4J_OK ? yolo4j::activation::check_buffer(operation, checked, x, "x") : status;
  status =
      status == YOLO4J_OK ? yolo4j::activation::check_buffer(operation, checked, y, "y") : status;
  if (status == YOLO4J_OK) {
    yolo4j::activation::forward(checked, x, y);
  }
  return status;
}

int32_t yolo4j_activation_backward(const yolo4j_elementwise* elementwise, const void* x,
                                   const void* dy, void* dx) {
  const char* operation = "yolo4j_activation_backward";
  Elementwise checked;
  int32_t status = yolo4j::activation::read_elementwise(operation, elementwise, &checked);
  struct {
    const void* buffer;
    const char* name;
  } const buffers[] = {{x, "x"}, {dy, "dy"}, {dx, "dx"}};
  for (const auto& one : buffers) {
    status = status == YOLO4J_OK
                 ? yolo4j::activation::check_buffer(operation, checked, one.buffer, one.name)
                 : status;
  }
  if (status == YOLO4J_OK) {
    yolo4j::activation::backward(checked, x, dy, dx);
  }
  return status;
}
