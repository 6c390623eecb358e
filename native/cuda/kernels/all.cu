// All kernels in one translation unit: nvcc's headers are read once, and one image has them all.
#include "cuda/kernels/activation.cu"
#include "cuda/kernels/decode.cu"
#include "cuda/kernels/depthwise_planes.cu"
#include "cuda/kernels/depthwise_rows.cu"
#include "cuda/kernels/nms_sort.cu"
#include "cuda/kernels/pixels_in.cu"
#include "cuda/kernels/roofs.cu"
#include "cuda/kernels/roofs_tensor.cu"
#include "cuda/kernels/squeeze_excite.cu"
#include "cuda/kernels/sums.cu"
// These use what files above have.
#include "cuda/kernels/nms_keep.cu"
#include "cuda/kernels/squeeze_excite_gradient.cu"
