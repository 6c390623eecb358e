// The public functions: checks, then the elements are shared among the threads.
#include "activation/activation.h"

#include <cstdint>
#include <initializer_list>

#include "runtime/arguments.h"
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
  int32_t status = check_float_type(operation, p.dtype);
  status =
      status == YOLO4J_OK ? check_activation(operation, p.activation, kActivations - 1) : status;
  status = status == YOLO4J_OK ? check_threads(operation, p.threads) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (p.count < 1 || p.count > kMostElements) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: count must be positive and below 2^57, got %lld",
                operation, static_cast<long long>(p.count));
  }
  return YOLO4J_OK;
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
                               useful_threads(p.threads, p.count, kElementsForAThread), p.count};
  }
  return status;
}

int32_t check_buffers(const char* operation, const Elementwise& e,
                      std::initializer_list<Named> buffers) {
  int32_t status = check_not_null(operation, buffers);
  return status == YOLO4J_OK ? check_aligned(operation, element_size(e), buffers) : status;
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
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::activation

using yolo4j::activation::Elementwise;

int32_t yolo4j_activation_forward(const yolo4j_elementwise* elementwise, const void* x, void* y) {
  const char* operation = "yolo4j_activation_forward";
  Elementwise checked;
  int32_t status = yolo4j::activation::read_elementwise(operation, elementwise, &checked);
  status = status == YOLO4J_OK
               ? yolo4j::activation::check_buffers(operation, checked, {{"x", x}, {"y", y}})
               : status;
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
  status = status == YOLO4J_OK ? yolo4j::activation::check_buffers(
                                     operation, checked, {{"x", x}, {"dy", dy}, {"dx", dx}})
                               : status;
  if (status == YOLO4J_OK) {
    yolo4j::activation::backward(checked, x, dy, dx);
  }
  return status;
}
