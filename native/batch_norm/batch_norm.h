// Batch norm with an activation, for training: what every instruction set implements. See
// README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::batch_norm {

/// Element types and activations by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };
enum : int32_t { kNone, kRelu, kRelu6, kSilu, kHardswish, kActivations };

/// A part of one channel in NCHW: `count` runs of `length` contiguous elements, `stride` elements
/// from the start of one to the start of the next.
struct Planes {
  int64_t count;
  int64_t length;
  int64_t stride;
};

/// What normalises one channel: u = x·scale + offset.
struct Coefficients {
  float scale;   // weight / √(variance + epsilon)
  float offset;  // bias − mean·scale
  float mean;
};

/// What turns a gradient after the activation into one before the norm:
/// dx = scale·g + p·x + q, with g = dy·activation′(u).
struct GradientCoefficients {
  float scale;
  float offset;
  float p;  // −scale·Σ g(x − mean) / ((variance + epsilon)·n)
  float q;  // −scale·Σ g / n − p·mean
};

/// The same for the columns of a row block: arrays with one value a column.
struct ColumnCoefficients {
  const float* scale;
  const float* offset;
  const float* mean;
  const float* p;
  const float* q;
};

/// Kernels of one instruction set. Plane kernels work on one channel of NCHW, row kernels on
/// `rows` dense rows of `width` columns of NHWC, where a row may stand for several pixels. Sums are
/// added to what is there, in an order that depends on the sizes alone.
struct Kernels {
  /// Row kernels run best when the width is a multiple of this, or else of `lanes`.
  int64_t preferred_width;
  int64_t lanes;

  /// sums[0] += Σ (x − shift), sums[1] += Σ (x − shift)².
  void (*plane_sums[kElements])(const void* x, Planes planes, float shift, double* sums);
  /// y = activation(x·scale + offset).
  void (*plane_apply[kElements][kActivations])(const void* x, void* y, Planes planes,
                                               const Coefficients& coefficients);
  /// sums[0] += Σ g, sums[1] += Σ g·(x − mean).
  void (*plane_gradient_sums[kElements][kActivations])(const void* x, const void* dy, Planes planes,
                                                       const Coefficients& coefficients,
                                                       double* sums);
  /// dx = scale·g + p·x + q.
  void (*plane_gradient[kElements][kActivations])(const void* x, const void* dy, void* dx,
                                                  Planes planes,
                                                  const GradientCoefficients& coefficients);

  /// As above, column by column: shift, first and second have `width` values.
  void (*row_sums[kElements])(const void* x, int64_t rows, int64_t width, const float* shift,
                              double* first, double* second);
  void (*row_apply[kElements][kActivations])(const void* x, void* y, int64_t rows, int64_t width,
                                             const ColumnCoefficients& coefficients);
  void (*row_gradient_sums[kElements][kActivations])(const void* x, const void* dy, int64_t rows,
                                                     int64_t width,
                                                     const ColumnCoefficients& coefficients,
                                                     double* first, double* second);
  void (*row_gradient[kElements][kActivations])(const void* x, const void* dy, void* dx,
                                                int64_t rows, int64_t width,
                                                const ColumnCoefficients& coefficients);

  /// The gradient sums of float32 SiLU, and g is kept where dx will be: the second pass reads it
  /// there, with no activation left to do.
  void (*plane_kept_silu_sums)(const void* x, const void* dy, void* kept, Planes planes,
                               const Coefficients& coefficients, double* sums);
  void (*row_kept_silu_sums)(const void* x, const void* dy, void* kept, int64_t rows, int64_t width,
                             const ColumnCoefficients& coefficients, double* first, double* second);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::batch_norm
