// The gradients of squeeze and excite on the device: checks and launches.
#include "cuda/squeeze_excite.h"
#include "runtime/params.h"

namespace yolo4j::cuda::squeeze_excite {
namespace {

using Backward = yolo4j_squeeze_excite_backward_buffers;

constexpr int32_t kTransposedThreads = 256;
constexpr int64_t kTransposedColumns = 32;  // of a block, as in the kernel's file
constexpr int32_t kOuterThreads = 256;

/// The launches of one run, in their order; the first failure ends it.
class Run {
 public:
  Run(Call& call, const Block& p, const Backward& b)
      : call_(call), p_(p), b_(b), t_(p, b.workspace) {}

  int32_t all() {
    bool squeeze = b_.dsqueeze_weight != nullptr || b_.dsqueeze_bias != nullptr;
    int32_t status = sums();
    status = status == YOLO4J_OK ? run_squeeze(call_, p_,
                                               {t_.mean, b_.squeeze_weight, b_.squeeze_bias,
                                                t_.hidden, t_.before, nullptr})
                                 : status;
    status = status == YOLO4J_OK ? run_excite(call_, p_,
                                              {t_.hidden, b_.excite_weight, b_.excite_bias,
                                               t_.factor, nullptr, t_.dexcite})
                                 : status;
    status = status == YOLO4J_OK ? outer(t_.dexcite, p_.channels, t_.hidden, p_.squeezed,
                                         b_.dexcite_weight, b_.dexcite_bias)
                                 : status;
    if (status != YOLO4J_OK || (!squeeze && b_.dx == nullptr)) {
      return status;
    }
    status = back(t_.dexcite, b_.excite_weight, t_.before, t_.dsqueeze,
                  {narrow(p_.channels), narrow(p_.squeezed), p_.activation, 1.0f});
    status = status == YOLO4J_OK ? outer(t_.dsqueeze, p_.squeezed, t_.mean, p_.channels,
                                         b_.dsqueeze_weight, b_.dsqueeze_bias)
                                 : status;
    // Last, since dx may be dy.
    return status == YOLO4J_OK && b_.dx != nullptr ? dx() : status;
  }

 private:
  static int32_t narrow(int64_t value) { return static_cast<int32_t>(value); }

  /// Of x to means, of x * dy to the gradients of the factors.
  int32_t sums() {
    bool aligned = vectors(p_, {b_.x, b_.dy});
    if (p_.layout == YOLO4J_LAYOUT_NCHW) {
      return call_.run(of_type(Kernel::plane_gradient_sums_f32, p_.dtype), p_.images * p_.channels,
                       kPlaneThreads, 0, b_.x, b_.dy, t_.mean, t_.dexcite, p_.pixels,
                       aligned ? 1 : 0);
    }
    RowSumShape sums = sums_of(p_, aligned);
    int32_t status =
        call_.run(of_type(Kernel::row_gradient_sums_f32, p_.dtype), sum_blocks(p_, sums),
                  sum_threads(sums), 0, b_.x, b_.dy, t_.partial, t_.partial_dots, sums);
    status =
        status == YOLO4J_OK ? run_tile_sums(call_, p_, t_.partial, t_.mean, p_.pixels) : status;
    return status == YOLO4J_OK ? run_tile_sums(call_, p_, t_.partial_dots, t_.dexcite, 1) : status;
  }

  int32_t back(const float* gradient, const void* weight, const float* before, float* out,
               GateBackShape shape) {
    return call_.run(of_type(Kernel::gate_back_f32, p_.dtype),
                     p_.images * ceil_div(shape.columns, kTransposedColumns), kTransposedThreads, 0,
                     gradient, weight, before, out, shape);
  }

  int32_t outer(const float* gradient, int64_t rows, const float* inner, int64_t columns,
                void* weight, float* bias) {
    if (weight == nullptr && bias == nullptr) {
      return YOLO4J_OK;
    }
    bool aligned =
        columns % 4 == 0 &&
        all_aligned(static_cast<std::uintptr_t>(4 * yolo4j_dtype_size(p_.dtype)), {weight});
    OuterShape shape = {narrow(p_.images), narrow(rows), narrow(columns), aligned ? 1 : 0};
    return call_.run(of_type(Kernel::outer_sums_f32, p_.dtype),
                     ceil_div(rows * ceil_div(columns, 4), kOuterThreads), kOuterThreads, 0,
                     gradient, inner, weight, bias, shape);
  }

  int32_t dx() {
    const float* none = nullptr;
    int32_t status = back(t_.dsqueeze, b_.squeeze_weight, none, t_.shift,
                          {narrow(p_.squeezed), narrow(p_.channels), YOLO4J_ACTIVATION_NONE,
                           static_cast<float>(p_.pixels)});
    ScalePass scale = plan_scale(p_, {b_.dy, b_.dx});
    return status == YOLO4J_OK
               ? call_.run(of_type(Kernel::scale_shift_f32, p_.dtype), scale.blocks, scale.threads,
                           0, b_.dy, t_.factor, t_.shift, b_.dx, scale.shape)
               : status;
  }

  Call& call_;
  const Block& p_;
  const Backward& b_;
  const Tables t_;
};

}  // namespace
}  // namespace yolo4j::cuda::squeeze_excite

int32_t yolo4j_cuda_squeeze_excite_backward(const yolo4j_cuda_call* call,
                                            const yolo4j_squeeze_excite* block,
                                            const yolo4j_squeeze_excite_backward_buffers* buffers) {
  namespace cuda = yolo4j::cuda;
  const char* operation = "yolo4j_cuda_squeeze_excite_backward";
  yolo4j_squeeze_excite p;
  yolo4j_squeeze_excite_backward_buffers b;
  int32_t status = cuda::squeeze_excite::read_block(operation, block, &p);
  status = status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof b, &b) : status;
  status = status == YOLO4J_OK ? cuda::squeeze_excite::check_all(operation, p, b) : status;
  cuda::Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  return status == YOLO4J_OK ? cuda::squeeze_excite::Run(opened, p, b).all() : status;
}
