// Which implementation of a kernel runs: chosen once in a process, see runtime/README.md.
#pragma once

#include <cstdint>

#include "runtime/status.h"
#include "yolo4j.h"

namespace yolo4j {

/// The ISAs by code.
constexpr int32_t kIsaCount = 4;

/// Whether the features suffice for the ISA.
bool isa_runs_with(int32_t isa, uint64_t features) noexcept;

/// Chooses by the wish (the value of YOLO4J_ISA; null or empty for none) and the features. A pure
/// function, so that tests can try CPUs that nobody here has.
int32_t choose_isa(const char* wish, uint64_t features, int32_t* isa) noexcept;

/// The next simpler ISA of the same architecture; scalar is the last.
constexpr int32_t simpler_isa(int32_t isa) noexcept {
  return isa == YOLO4J_ISA_AVX512 ? YOLO4J_ISA_AVX2 : YOLO4J_ISA_SCALAR;
}

/// The implementations of one kernel family. `Kernels` is a struct of function pointers; each ISA's
/// file defines one constant of it. The scalar one, which documents the family, is not optional.
template <typename Kernels>
class KernelFamily {
 public:
  constexpr explicit KernelFamily(const Kernels* scalar) noexcept
      : tables_{scalar, nullptr, nullptr, nullptr} {}

  /// Returns the family with one more implementation.
  constexpr KernelFamily with(yolo4j_isa isa, const Kernels* kernels) const noexcept {
    KernelFamily family = *this;
    family.tables_[isa] = kernels;
    return family;
  }

  /// Returns the implementation for exactly this ISA, or null; tests compare each with the scalar.
  constexpr const Kernels* exactly(int32_t isa) const noexcept { return tables_[isa]; }

  /// Returns the best implementation that a CPU with this ISA runs.
  constexpr const Kernels* best(int32_t isa) const noexcept {
    while (tables_[isa] == nullptr) {
      isa = simpler_isa(isa);
    }
    return tables_[isa];
  }

  /// Gives the implementation of this process, or fails as yolo4j_dispatch_isa does.
  int32_t dispatch(const Kernels** kernels) const noexcept {
    int32_t isa = YOLO4J_ISA_SCALAR;
    int32_t status = yolo4j_dispatch_isa(&isa);
    if (status == YOLO4J_OK) {
      *kernels = best(isa);
    }
    return status;
  }

 private:
  const Kernels* tables_[kIsaCount];
};

}  // namespace yolo4j

/// A family that has all versions of this architecture, from inside its namespace.
#if defined(YOLO4J_X86)
#define YOLO4J_WHOLE_FAMILY                 \
  ::yolo4j::KernelFamily<Kernels>(&kScalar) \
      .with(YOLO4J_ISA_AVX2, &kAvx2)        \
      .with(YOLO4J_ISA_AVX512, &kAvx512)
#elif defined(YOLO4J_ARM64)
#define YOLO4J_WHOLE_FAMILY ::yolo4j::KernelFamily<Kernels>(&kScalar).with(YOLO4J_ISA_NEON, &kNeon)
#else
#define YOLO4J_WHOLE_FAMILY ::yolo4j::KernelFamily<Kernels>(&kScalar)
#endif
