// Squeeze and excite on the device: checks and launches.
#include "cuda/arguments.h"
#include "cuda/depthwise.h"
#include "runtime/params.h"

namespace yolo4j::cuda {
namespace {

using Block = yolo4j_squeeze_excite;
using Buffers = yolo4j_squeeze_excite_buffers;

constexpr int32_t kSumThreads = 256;
constexpr int32_t kPlaneThreads = 128;
constexpr int32_t kGateThreads = 256;
constexpr int64_t kMostScaleBlocks = 8192;
/// Blocks of an image, NHWC: so that means have few terms.
constexpr int64_t kMostTiles = 128;

int32_t check_activations(const char* operation, const Block& p) {
  if (p.activation < YOLO4J_ACTIVATION_NONE || p.activation > YOLO4J_ACTIVATION_HARDSWISH) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be from 0 to %d, got %d", operation,
                YOLO4J_ACTIVATION_HARDSWISH, p.activation);
  }
  if (p.gate != YOLO4J_ACTIVATION_HARDSIGMOID && p.gate != YOLO4J_ACTIVATION_SIGMOID) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: gate must be %d or %d, got %d", operation,
                YOLO4J_ACTIVATION_HARDSIGMOID, YOLO4J_ACTIVATION_SIGMOID, p.gate);
  }
  return YOLO4J_OK;
}

int32_t read_block(const char* operation, const Block* given, Block* p) {
  int32_t status = check_built(operation);
  status = status == YOLO4J_OK ? read_params(operation, given, sizeof *p, p) : status;
  status = status == YOLO4J_OK ? check_float_type(operation, p->dtype) : status;
  status = status == YOLO4J_OK ? check_layout(operation, p->layout) : status;
  status = status == YOLO4J_OK ? check_activations(operation, *p) : status;
  status = status == YOLO4J_OK ? check_product(operation, "images, channels and pixels",
                                               {p->images, p->channels, p->pixels}, kMostSide)
                               : status;
  return status == YOLO4J_OK ? check_product(operation, "images, channels and squeezed",
                                             {p->images, p->channels, p->squeezed}, kMostSide)
                             : status;
}

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

RowSumShape sums_of(const Block& p, bool aligned) {
  RowSumShape s = {};
  s.channels = static_cast<int32_t>(p.channels);
  s.lanes = static_cast<int32_t>(least(ceil_div(p.channels, 4), 32));
  s.channel_blocks = static_cast<int32_t>(ceil_div(p.channels, 4 * s.lanes));
  // Some 16 pixels a thread at least.
  s.tiles =
      static_cast<int32_t>(least(ceil_div(p.pixels, 16 * (kSumThreads / s.lanes)), kMostTiles));
  s.aligned = aligned ? 1 : 0;
  s.pixels = p.pixels;
  return s;
}

/// Floats in the workspace.
struct Parts {
  int64_t means;
  int64_t hidden;
  int64_t factors;
  int64_t partial;

  explicit Parts(const Block& p)
      : means(p.images * p.channels),
        hidden(p.images * p.squeezed),
        factors(p.images * p.channels),
        partial(p.layout == YOLO4J_LAYOUT_NHWC ? p.images * p.channels * sums_of(p, false).tiles
                                               : 0) {}
  int64_t bytes() const { return 4 * (means + hidden + factors + partial); }
};

int32_t check_buffers(const char* operation, const Block& p, const Buffers& b) {
  int32_t status = check_not_null(operation, {{"x", b.x},
                                              {"squeeze_weight", b.squeeze_weight},
                                              {"excite_weight", b.excite_weight},
                                              {"y", b.y}});
  status = status == YOLO4J_OK ? check_aligned(operation, yolo4j_dtype_size(p.dtype),
                                               {{"x", b.x},
                                                {"squeeze_weight", b.squeeze_weight},
                                                {"excite_weight", b.excite_weight},
                                                {"y", b.y}})
                               : status;
  status = status == YOLO4J_OK ? check_aligned(operation, 4,
                                               {{"pooled", b.pooled},
                                                {"squeeze_bias", b.squeeze_bias},
                                                {"excite_bias", b.excite_bias}})
                               : status;
  return status == YOLO4J_OK
             ? check_workspace(operation, b.workspace, b.workspace_bytes, Parts(p).bytes())
             : status;
}

/// Whether vectors of four elements are possible in x, and in y where it counts.
bool vectors(const Block& p, std::initializer_list<const void*> buffers) {
  int64_t run = p.layout == YOLO4J_LAYOUT_NHWC ? p.channels : p.pixels;
  return run % 4 == 0 &&
         all_aligned(static_cast<std::uintptr_t>(4 * yolo4j_dtype_size(p.dtype)), buffers);
}

int32_t run_means(Call& call, const Block& p, const void* x, float* means, float* partial) {
  bool aligned = vectors(p, {x});
  if (p.layout == YOLO4J_LAYOUT_NCHW) {
    return call.run(of_type(Kernel::plane_means_f32, p.dtype), p.images * p.channels, kPlaneThreads,
                    0, x, means, p.pixels, aligned ? 1 : 0);
  }
  RowSumShape sums = sums_of(p, aligned);
  int32_t status =
      call.run(of_type(Kernel::row_sums_f32, p.dtype), p.images * sums.tiles * sums.channel_blocks,
               kSumThreads / sums.lanes * sums.lanes, 0, x, partial, sums);
  if (status != YOLO4J_OK) {
    return status;
  }
  MeanShape shape = {static_cast<int32_t>(p.images),
                     sums.channels,
                     sums.tiles,
                     static_cast<int64_t>(sums.tiles) * sums.channels,
                     1,
                     sums.channels,
                     p.pixels};
  return call.run(Kernel::mean_of_tiles, mean_blocks(shape), kMeanThreads, 0, partial, means,
                  shape);
}

int32_t run_gate(Call& call, const Block& p, const float* in, const void* weight, const float* bias,
                 float* out, GateShape shape) {
  int64_t warps = static_cast<int64_t>(shape.images) * shape.outputs;
  return call.run(of_type(Kernel::gate_f32, p.dtype), ceil_div(warps, kGateThreads / 32),
                  kGateThreads, 0, in, weight, bias, out, shape);
}

int32_t run(Call& call, const Block& p, const Buffers& b) {
  Parts parts(p);
  float* means = static_cast<float*>(b.workspace);
  float* hidden = means + parts.means;
  float* factors = hidden + parts.hidden;
  int32_t images = static_cast<int32_t>(p.images);
  int32_t channels = static_cast<int32_t>(p.channels);
  int32_t squeezed = static_cast<int32_t>(p.squeezed);
  int32_t status =
      b.pooled != nullptr ? YOLO4J_OK : run_means(call, p, b.x, means, factors + parts.factors);
  const float* pooled = b.pooled != nullptr ? b.pooled : means;
  status = status == YOLO4J_OK ? run_gate(call, p, pooled, b.squeeze_weight, b.squeeze_bias, hidden,
                                          {images, channels, squeezed, p.activation})
                               : status;
  status = status == YOLO4J_OK ? run_gate(call, p, hidden, b.excite_weight, b.excite_bias, factors,
                                          {images, squeezed, channels, p.gate})
                               : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  ScaleShape scale = {p.images * p.channels * p.pixels, p.pixels, channels, p.layout,
                      vectors(p, {b.x, b.y}) ? 1 : 0};
  int64_t blocks = least(ceil_div(scale.count, 4 * 256), kMostScaleBlocks);
  return call.run(of_type(Kernel::scale_f32, p.dtype), blocks, 256, 0, b.x, factors, b.y, scale);
}

}  // namespace
}  // namespace yolo4j::cuda

using namespace yolo4j::cuda;

int32_t yolo4j_cuda_squeeze_excite_workspace(const yolo4j_squeeze_excite* block, int64_t* bytes) {
  const char* operation = "yolo4j_cuda_squeeze_excite_workspace";
  yolo4j_squeeze_excite p;
  int32_t status = read_block(operation, block, &p);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"bytes", bytes}}) : status;
  if (status == YOLO4J_OK) {
    *bytes = Parts(p).bytes();
  }
  return status;
}

int32_t yolo4j_cuda_squeeze_excite_run(const yolo4j_cuda_call* call,
                                       const yolo4j_squeeze_excite* block,
                                       const yolo4j_squeeze_excite_buffers* buffers) {
  const char* operation = "yolo4j_cuda_squeeze_excite_run";
  yolo4j_squeeze_excite p;
  yolo4j_squeeze_excite_buffers b;
  int32_t status = read_block(operation, block, &p);
  status = status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof b, &b) : status;
  status = status == YOLO4J_OK ? check_buffers(operation, p, b) : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  return status == YOLO4J_OK ? run(opened, p, b) : status;
}
