// Sizes of tiles as in the kernels' files.
#include "cuda/arguments.h"
#include "cuda/depthwise.h"

namespace yolo4j::cuda {
namespace {

constexpr int64_t kTileWidth = 32;
constexpr int64_t kTileHeight = 16;
constexpr int32_t kTileThreads = 128;
constexpr int64_t kBandRows = 16;
constexpr int32_t kBandThreads = 128;

constexpr int64_t kRowThreads = 256;
constexpr int64_t kLanes = 32;
constexpr int64_t kOutputsRight = 4;
/// Blocks of an image at most, so that means have few terms.
constexpr int64_t kMostRowBlocks = 512;
/// Pixels of a thread in the input's gradient: the weights come to shared memory once for them.
constexpr int64_t kPixelsEach = 8;
constexpr int64_t kMostSplits = 128;

int32_t narrow(int64_t value) { return static_cast<int32_t>(value); }

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/// A kernel by its place in kernel_list.h, in steps of three types.
Kernel at(Kernel first, int64_t family, int32_t dtype) {
  return of_type(static_cast<Kernel>(static_cast<int64_t>(first) + 3 * family), dtype);
}

/// A pass with stride 1 or 2 from an input to an output.
DepthwiseShape shape_of(const Depthwise& d, bool aligned) {
  DepthwiseShape s = {};
  s.images = narrow(d.p.images);
  s.channels = narrow(d.p.channels);
  s.height = narrow(d.p.height);
  s.width = narrow(d.p.width);
  s.out_height = d.out_height;
  s.out_width = d.out_width;
  s.pad_top = d.p.pad_top;
  s.pad_left = d.p.pad_left;
  s.activation = d.p.activation;
  s.aligned = aligned ? 1 : 0;
  s.lanes = narrow(least(ceil_div(d.p.channels, 4), kLanes));
  s.channel_blocks = narrow(ceil_div(d.p.channels, 4 * s.lanes));
  s.each = 1;
  return s;
}

/// Blocks for `units` of work in an image, of which a block's threads do `walkers` at a time.
void cut_rows(int64_t units, int64_t least_each, DepthwiseShape* s) {
  int64_t walkers = kRowThreads / s->lanes;
  int64_t each = ceil_div(units, walkers * kMostRowBlocks);
  s->each = narrow(each > least_each ? each : least_each);
  s->tiles_y = narrow(ceil_div(units, walkers * s->each));
}

Plan<DepthwiseShape> plan_rows(Kernel kernel, const DepthwiseShape& s) {
  return {kernel, static_cast<int64_t>(s.images) * s.tiles_y * s.channel_blocks,
          narrow(kRowThreads / s.lanes * s.lanes), s};
}

Plan<DepthwiseShape> plan_pass(const Depthwise& d, DepthwiseShape s, int32_t stride) {
  int64_t family = (d.p.kernel == 5 ? 2 : 0) + stride - 1;
  if (d.planes()) {
    s.tiles_x = narrow(ceil_div(s.out_width, kTileWidth));
    s.tiles_y = narrow(ceil_div(s.out_height, kTileHeight));
    return {at(Kernel::depthwise_planes_k3s1_f32, family, d.p.dtype),
            d.p.images * d.p.channels * s.tiles_x * s.tiles_y, kTileThreads, s};
  }
  s.tiles_x = narrow(ceil_div(s.out_width, kOutputsRight));
  cut_rows(static_cast<int64_t>(s.out_height) * s.tiles_x, 1, &s);
  return plan_rows(at(Kernel::depthwise_rows_k3s1_f32, family, d.p.dtype), s);
}

}  // namespace

Plan<DepthwiseShape> plan_forward(const Depthwise& d, bool aligned) {
  return plan_pass(d, shape_of(d, aligned), d.p.stride);
}

Plan<DepthwiseShape> plan_input_gradient(const Depthwise& d, bool aligned) {
  DepthwiseShape s = shape_of(d, aligned);
  s.activation = YOLO4J_ACTIVATION_NONE;
  s.height = d.out_height;
  s.width = d.out_width;
  s.out_height = narrow(d.p.height);
  s.out_width = narrow(d.p.width);
  if (d.p.stride == 1) {
    s.flip = 1;
    s.pad_top = d.p.kernel - 1 - d.p.pad_top;
    s.pad_left = d.p.kernel - 1 - d.p.pad_left;
    return plan_pass(d, s, 1);
  }
  int64_t family = d.p.kernel == 5 ? 1 : 0;
  if (d.planes()) {
    int64_t pairs = (s.out_width + s.pad_left % 2 + 1) / 2;
    return {at(Kernel::depthwise_planes_back_k3_f32, family, d.p.dtype),
            ceil_div(d.p.images * d.p.channels * s.out_height * pairs, kRowThreads),
            narrow(kRowThreads), s};
  }
  cut_rows(static_cast<int64_t>(s.out_height) * s.out_width, kPixelsEach, &s);
  return plan_rows(at(Kernel::depthwise_rows_back_k3_f32, family, d.p.dtype), s);
}

Plan<DepthwiseWeightShape> plan_weight_gradient(const Depthwise& d, bool aligned) {
  DepthwiseShape pass = shape_of(d, aligned);
  DepthwiseWeightShape s = {};
  s.images = pass.images;
  s.channels = pass.channels;
  s.height = pass.height;
  s.width = pass.width;
  s.out_height = pass.out_height;
  s.out_width = pass.out_width;
  s.stride = d.p.stride;
  s.pad_top = pass.pad_top;
  s.pad_left = pass.pad_left;
  s.aligned = pass.aligned;
  s.lanes = pass.lanes;
  int64_t family = d.p.kernel == 5 ? 1 : 0;
  int64_t least_each = 0;
  if (d.planes()) {
    s.bands = narrow(ceil_div(s.out_height, kBandRows));
    s.items = d.p.images * s.bands * s.out_width;
    least_each = 4 * kBandThreads;
  } else {
    s.rows = narrow(kRowThreads / (s.lanes * d.p.kernel));
    s.items = d.p.images * s.out_height;
    least_each = 2 * s.rows;
  }
  s.splits = narrow(least(ceil_div(s.items, least_each), kMostSplits));
  s.items_each = ceil_div(s.items, s.splits);
  if (d.planes()) {
    return {at(Kernel::depthwise_planes_weight_k3_f32, family, d.p.dtype), d.p.channels * s.splits,
            kBandThreads, s};
  }
  return {at(Kernel::depthwise_rows_weight_k3_f32, family, d.p.dtype),
          static_cast<int64_t>(pass.channel_blocks) * s.splits, s.lanes * d.p.kernel * s.rows, s};
}

MeanShape plan_means(const Depthwise& d, const DepthwiseShape& forward) {
  MeanShape s = {};
  s.images = forward.images;
  s.channels = forward.channels;
  s.pixels = static_cast<int64_t>(d.out_height) * d.out_width;
  s.tiles = d.planes() ? forward.tiles_x * forward.tiles_y : forward.tiles_y;
  s.image_step = static_cast<int64_t>(s.tiles) * s.channels;
  s.channel_step = d.planes() ? s.tiles : 1;
  s.tile_step = d.planes() ? 1 : s.channels;
  return s;
}

int64_t mean_blocks(const MeanShape& shape) { return shape.images * ceil_div(shape.channels, 32); }

}  // namespace yolo4j::cuda
