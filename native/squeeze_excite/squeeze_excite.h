// Squeeze and excite: what every instruction set implements, and checked parameters. See README.md.
#pragma once

#include <cstdint>

#include "activation/activation.h"
#include "runtime/dispatch.h"
#include "yolo4j.h"

namespace yolo4j::squeeze_excite {

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };

/// Rows `begin` to `end` − 1 of a product for several inputs:
///   out[i·out_step + r] = bias[r] + Σ_c weight[r·columns + c] · in[i·columns + c].
/// Every row's terms are added in the same order, whatever the range and the number of inputs.
struct Product {
  const void* weight;
  const float* bias;  // null: zeros
  const float* in;
  float* out;
  int64_t begin;
  int64_t end;
  int64_t columns;
  int64_t inputs;
  int64_t out_step;
};

/// Kernels of one instruction set; sums run in float32, the scalar ones in double precision.
struct Kernels {
  /// sums[j] = Σ_row x[row·width + j].
  void (*row_sums[kElements])(const void* x, int64_t rows, int64_t width, float* sums);
  /// Σ x.
  float (*plane_sum[kElements])(const void* x, int64_t count);
  void (*product[kElements])(const Product& product);
  /// y[row·width + j] = x[row·width + j] · scale[j]; y may be x.
  void (*scale_rows[kElements])(const void* x, void* y, int64_t rows, int64_t width,
                                const float* scale);
  /// y = x · scale; y may be x.
  void (*scale_plane[kElements])(const void* x, void* y, int64_t count, float scale);
  /// sums[j] = Σ_row x[row·width + j], dots[j] = Σ_row x[row·width + j] · dy[row·width + j].
  void (*row_gradient_sums[kElements])(const void* x, const void* dy, int64_t rows, int64_t width,
                                       float* sums, float* dots);
  /// sums[0] = Σ x, sums[1] = Σ x · dy.
  void (*plane_gradient_sums[kElements])(const void* x, const void* dy, int64_t count, float* sums);
  /// dx[row·width + j] = dy[row·width + j] · scale[j] + shift[j]; dx may be dy.
  void (*gradient_rows[kElements])(const void* dy, void* dx, int64_t rows, int64_t width,
                                   const float* scale, const float* shift);
  /// dx = dy · scale + shift; dx may be dy.
  void (*gradient_plane[kElements])(const void* dy, void* dx, int64_t count, float scale,
                                    float shift);
  /// out[j] = Σ_r factors[r·step] · rows[r·width + j], for `count` rows.
  void (*weighted_rows[kElements])(const void* rows, int64_t count, int64_t width,
                                   const float* factors, int64_t step, float* out);
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
struct Block {
  const Kernels* kernels;
  const activation::Kernels* activations;
  int32_t element;
  bool nhwc;
  int32_t activation;
  int32_t gate;
  int32_t threads;
  int64_t images;
  int64_t channels;
  int64_t pixels;
  int64_t squeezed;

  int64_t element_size() const { return element == kF32 ? 4 : 2; }
};

using Buffers = yolo4j_squeeze_excite_buffers;
using Backward = yolo4j_squeeze_excite_backward_buffers;

/// Bytes of workspace for either run, and for the backward run alone.
int64_t workspace(const Block& block);
int64_t gradient_workspace(const Block& block);

void run(const Block& block, const Buffers& buffers);
void gradient(const Block& block, const Backward& buffers);

}  // namespace yolo4j::squeeze_excite
