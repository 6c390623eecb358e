// What kernels are told besides their buffers: plain structures, the same for launchers and
// kernels. Sizes that fit an int (the launchers check that) are ints: they cost half.
#pragma once

#include <cstdint>

namespace yolo4j::cuda {

struct ElementwiseShape {
  int64_t count;
  int32_t activation;
  int32_t aligned;  // 1: all buffers lie at multiples of 16 bytes
};

/// A pass that reads `height` x `width` and writes `out_height` x `out_width`, so the input's
/// gradient reads dy and writes dx.
struct DepthwiseShape {
  int32_t images;
  int32_t channels;
  int32_t height;
  int32_t width;
  int32_t out_height;
  int32_t out_width;
  int32_t pad_top;
  int32_t pad_left;
  int32_t flip;  // 1: the kernel turned round
  int32_t activation;
  int32_t aligned;         // NHWC, 1: four channels of every buffer are one vector
  int32_t tiles_x;         // NCHW: tiles beside each other; NHWC: runs of outputs in a row
  int32_t tiles_y;         // NCHW: tiles below each other; NHWC: blocks an image
  int32_t lanes;           // NHWC: threads beside each other over channels
  int32_t channel_blocks;  // NHWC: blocks beside each other over channels
  int32_t each;            // NHWC: runs or pixels that a thread does
};

/// Sums of tiles to means: that of a tile stands at image * image_step + channel * channel_step +
/// tile * tile_step.
struct MeanShape {
  int32_t images;
  int32_t channels;
  int32_t tiles;
  int64_t image_step;
  int64_t channel_step;
  int64_t tile_step;
  int64_t pixels;
};

/// The weights' gradient: `splits` partial sums, each over `items_each` items of work.
struct DepthwiseWeightShape {
  int32_t images;
  int32_t channels;
  int32_t height;
  int32_t width;
  int32_t out_height;
  int32_t out_width;
  int32_t stride;
  int32_t pad_top;
  int32_t pad_left;
  int32_t aligned;
  int32_t lanes;  // NHWC, as above
  int32_t rows;   // NHWC: output rows that a block walks at once
  int32_t splits;
  int32_t bands;  // NCHW: bands of output rows in an image
  int64_t items;
  int64_t items_each;
};

/// Sums over pixels of four channels a thread, NHWC: `tiles` blocks an image.
struct RowSumShape {
  int32_t channels;
  int32_t tiles;
  int32_t lanes;
  int32_t channel_blocks;
  int32_t aligned;
  int64_t pixels;
};

/// A product of a matrix [outputs][inputs] with a vector of each image.
struct GateShape {
  int32_t images;
  int32_t inputs;
  int32_t outputs;
  int32_t activation;
};

/// A transposed product: a vector of `rows` an image times a matrix [rows][columns].
struct GateBackShape {
  int32_t rows;
  int32_t columns;
  int32_t activation;
  float divisor;
};

/// A sum over images of products of a column with a row.
struct OuterShape {
  int32_t images;
  int32_t rows;
  int32_t columns;
  int32_t aligned;  // 1: four columns of every buffer are one vector
};

/// One factor a channel of an image.
struct ScaleShape {
  int64_t count;  // elements
  int64_t pixels;
  int32_t channels;
  int32_t layout;
  int32_t aligned;  // 1: four neighbours have the same factor (NCHW) or four in order (NHWC)
};

/// `fill` as it is, divided by 255 on the device like the pixels.
struct PixelsShape {
  int32_t reverse;
  int32_t fill;
  int32_t width;
  int32_t height;
  int32_t frame_width;
  int32_t frame_height;
  int32_t left;
  int32_t top;
  int32_t channels_last;
  int32_t aligned;  // 1: y lies at a multiple of four elements, as each of its rows
  int64_t row_bytes;
};

/// Suppression: the candidates are looked at in windows, so that the bits of which box suppresses
/// which take little memory.
struct NmsShape {
  int32_t count;
  int32_t most_candidates;  // up to count
  int32_t most_kept;        // up to most_candidates
  int32_t agnostic;
  float threshold;     // the largest float that isn't above the caller's double
  int32_t first;       // of the window
  int32_t words;       // of 64 candidates, in a window
  int32_t sort_size;   // bitonic: sorted runs of this size come out of it
  int32_t sort_apart;  // and this far apart elements are compared
};

/// Roofs: chains of sums that don't wait for each other, of a thread's lane and of a warp's tensor
/// core, and how often each goes on in a round.
constexpr int kLaneChains = 8;
constexpr int kLaneSteps = 16;
constexpr int kTensorChains = 4;
constexpr int kTensorSteps = 4;

/// Arithmetic with nothing to load. Tensor cores have operands of their own.
struct RoofShape {
  int32_t rounds;
  float factor;
  float term;
};

/// Passes over arrays of so many vectors of 16 bytes.
struct RoofPassShape {
  int64_t vectors;
  int32_t rounds;
};

}  // namespace yolo4j::cuda
