#include "toy/toy.h"

namespace toy {

const yolo4j::KernelFamily<Kernels>& family() noexcept {
  static constexpr yolo4j::KernelFamily<Kernels> versions = yolo4j::KernelFamily<Kernels>(&kScalar)
#if defined(YOLO4J_X86)
                                                                .with(YOLO4J_ISA_AVX2, &kAvx2)
                                                                .with(YOLO4J_ISA_AVX512, &kAvx512)
#elif defined(YOLO4J_ARM64)
                                                                .with(YOLO4J_ISA_NEON, &kNeon)
#endif
      ;
  return versions;
}

}  // namespace toy
