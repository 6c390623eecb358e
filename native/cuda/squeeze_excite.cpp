// Squeeze and excite on the device: checks and launches.
#include "cuda/squeeze_excite.h"

#include "cuda/depthwise.h"
#include "runtime/params.h"

namespace yolo4j::cuda::squeeze_excite {
namespace {

using Buffers = yolo4j_squeeze_excite_buffers;

constexpr int32_t kSumThreads = 256;
constexpr int32_t kGateThreads = 256;
constexpr int32_t kScaleThreads = 256;
constexpr int64_t kMostScaleBlocks = 8192;
/// Blocks of an image, NHWC: so that means have few terms.
constexpr int64_t kMostTiles = 128;

int32_t check_activations(const char* operation, const Block& p) {
  int32_t status = check_activation(operation, p.activation, YOLO4J_ACTIVATION_HARDSWISH);
  if (status == YOLO4J_OK && p.gate != YOLO4J_ACTIVATION_HARDSIGMOID &&
      p.gate != YOLO4J_ACTIVATION_SIGMOID) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: gate must be %d or %d, got %d", operation,
                YOLO4J_ACTIVATION_HARDSIGMOID, YOLO4J_ACTIVATION_SIGMOID, p.gate);
  }
  return status;
}

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

int32_t run_gate(Call& call, const Block& p, const GateBuffers& b, GateShape shape) {
  int64_t warps = static_cast<int64_t>(shape.images) * shape.outputs;
  return call.run(of_type(Kernel::gate_f32, p.dtype), ceil_div(warps, kGateThreads / 32),
                  kGateThreads, 0, b.in, b.weight, b.bias, b.out, b.before, b.gradient, shape);
}

int32_t run_means(Call& call, const Block& p, const void* x, const Tables& tables) {
  bool aligned = vectors(p, {x});
  if (p.layout == YOLO4J_LAYOUT_NCHW) {
    return call.run(of_type(Kernel::plane_means_f32, p.dtype), p.images * p.channels, kPlaneThreads,
                    0, x, tables.mean, p.pixels, aligned ? 1 : 0);
  }
  RowSumShape sums = sums_of(p, aligned);
  int32_t status = call.run(of_type(Kernel::row_sums_f32, p.dtype), sum_blocks(p, sums),
                            sum_threads(sums), 0, x, tables.partial, sums);
  return status == YOLO4J_OK ? run_tile_sums(call, p, tables.partial, tables.mean, p.pixels)
                             : status;
}

int32_t run(Call& call, const Block& p, const Buffers& b) {
  Tables tables(p, b.workspace);
  int32_t status = b.pooled != nullptr ? YOLO4J_OK : run_means(call, p, b.x, tables);
  const float* pooled = b.pooled != nullptr ? b.pooled : tables.mean;
  status =
      status == YOLO4J_OK
          ? run_squeeze(call, p,
                        {pooled, b.squeeze_weight, b.squeeze_bias, tables.hidden, nullptr, nullptr})
          : status;
  status = status == YOLO4J_OK ? run_excite(call, p,
                                            {tables.hidden, b.excite_weight, b.excite_bias,
                                             tables.factor, nullptr, nullptr})
                               : status;
  ScalePass scale = plan_scale(p, {b.x, b.y});
  return status == YOLO4J_OK ? call.run(of_type(Kernel::scale_f32, p.dtype), scale.blocks,
                                        scale.threads, 0, b.x, tables.factor, b.y, scale.shape)
                             : status;
}

}  // namespace

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

int64_t sum_blocks(const Block& p, const RowSumShape& sums) {
  return p.images * sums.tiles * sums.channel_blocks;
}

int32_t sum_threads(const RowSumShape& sums) { return kSumThreads / sums.lanes * sums.lanes; }

Tables::Tables(const Block& p, void* workspace) {
  char* begin = static_cast<char*>(workspace);
  bytes = 0;
  auto table = [&](int64_t floats) {
    float* at = workspace == nullptr ? nullptr : reinterpret_cast<float*>(begin + bytes);
    bytes += (4 * floats + 15) / 16 * 16;
    return at;
  };
  const int64_t of_channels = p.images * p.channels;
  const int64_t of_squeezed = p.images * p.squeezed;
  const int64_t of_tiles =
      p.layout == YOLO4J_LAYOUT_NHWC ? of_channels * sums_of(p, false).tiles : 0;
  mean = table(of_channels);
  hidden = table(of_squeezed);
  factor = table(of_channels);
  partial = table(of_tiles);
  before = table(of_squeezed);
  dexcite = table(of_channels);
  dsqueeze = table(of_squeezed);
  shift = table(of_channels);
  partial_dots = table(of_tiles);
}

bool vectors(const Block& p, std::initializer_list<const void*> buffers) {
  int64_t run = p.layout == YOLO4J_LAYOUT_NHWC ? p.channels : p.pixels;
  return run % 4 == 0 &&
         all_aligned(static_cast<std::uintptr_t>(4 * yolo4j_dtype_size(p.dtype)), buffers);
}

int32_t run_tile_sums(Call& call, const Block& p, const float* partial, float* sums,
                      int64_t divisor) {
  MeanShape shape = {};
  shape.images = static_cast<int32_t>(p.images);
  shape.channels = static_cast<int32_t>(p.channels);
  shape.tiles = sums_of(p, false).tiles;
  shape.image_step = static_cast<int64_t>(shape.tiles) * shape.channels;
  shape.channel_step = 1;
  shape.tile_step = shape.channels;
  shape.pixels = divisor;
  return call.run(Kernel::mean_of_tiles, mean_blocks(shape), kMeanThreads, 0, partial, sums, shape);
}

int32_t run_squeeze(Call& call, const Block& p, const GateBuffers& b) {
  return run_gate(call, p, b,
                  {static_cast<int32_t>(p.images), static_cast<int32_t>(p.channels),
                   static_cast<int32_t>(p.squeezed), p.activation});
}

int32_t run_excite(Call& call, const Block& p, const GateBuffers& b) {
  return run_gate(call, p, b,
                  {static_cast<int32_t>(p.images), static_cast<int32_t>(p.squeezed),
                   static_cast<int32_t>(p.channels), p.gate});
}

ScalePass plan_scale(const Block& p, std::initializer_list<const void*> buffers) {
  ScaleShape shape = {p.images * p.channels * p.pixels, p.pixels, static_cast<int32_t>(p.channels),
                      p.layout, vectors(p, buffers) ? 1 : 0};
  return {shape, least(ceil_div(shape.count, 4 * kScaleThreads), kMostScaleBlocks), kScaleThreads};
}

}  // namespace yolo4j::cuda::squeeze_excite

using namespace yolo4j::cuda;
using namespace yolo4j::cuda::squeeze_excite;

int32_t yolo4j_cuda_squeeze_excite_workspace(const yolo4j_squeeze_excite* block, int64_t* bytes) {
  const char* operation = "yolo4j_cuda_squeeze_excite_workspace";
  yolo4j_squeeze_excite p;
  int32_t status = read_block(operation, block, &p);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"bytes", bytes}}) : status;
  if (status == YOLO4J_OK) {
    *bytes = Tables(p, nullptr).bytes;
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
  status = status == YOLO4J_OK ? check_all(operation, p, b) : status;
  Call opened;
  status = status == YOLO4J_OK ? opened.open(operation, call) : status;
  return status == YOLO4J_OK ? run(opened, p, b) : status;
}
