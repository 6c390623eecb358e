// Activations by themselves: what every instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "yolo4j.h"

namespace yolo4j::activation {

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };

constexpr int32_t kActivations = YOLO4J_ACTIVATION_SIGMOID + 1;

/// Kernels of one instruction set, by enum yolo4j_activation. What is written may be x or dy
/// itself.
struct Kernels {
  void (*forward[kElements][kActivations])(const void* x, void* y, int64_t count);
  void (*backward[kElements][kActivations])(const void* x, const void* dy, void* dx, int64_t count);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

/// Checked parameters.
struct Elementwise {
  const Kernels* kernels;
  int32_t element;
  int32_t activation;
  int32_t threads;
  int64_t count;
};

void forward(const Elementwise& elementwise, const void* x, void* y);
void backward(const Elementwise& elementwise, const void* x, const void* dy, void* dx);

}  // namespace yolo4j::activation
