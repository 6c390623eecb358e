// The compiled kernels inside of the library, where it was built with any.
#include "cuda/driver.h"

#if defined(YOLO4J_CUDA_FATBIN)
// Written by the assembler: a C array of this size takes compilers long.
__asm__(
    ".pushsection .rodata\n"
    ".globl yolo4j_cuda_fatbin\n"
    ".hidden yolo4j_cuda_fatbin\n"
    ".balign 16\n"
    "yolo4j_cuda_fatbin:\n"
    ".incbin \"" YOLO4J_CUDA_FATBIN
    "\"\n"
    ".popsection\n");

extern "C" const unsigned char yolo4j_cuda_fatbin[] __attribute__((visibility("hidden")));

const void* yolo4j::cuda::embedded_image() noexcept { return yolo4j_cuda_fatbin; }
#else
const void* yolo4j::cuda::embedded_image() noexcept { return nullptr; }
#endif
