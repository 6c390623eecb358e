// All kernels in one translation unit: nvcc's headers are read once, and one image has them all.
#include "cuda/kernels/activation.cu"
