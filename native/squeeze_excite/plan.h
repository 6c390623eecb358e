// How the work is cut: by sizes alone, and so is the order of sums.
#pragma once

#include <cstdint>

#include "squeeze_excite/squeeze_excite.h"

namespace yolo4j::squeeze_excite {

/// Images that go through the steps together share the weights' loads, and x is read a second time
/// by the scaling: so many at most, of so many elements in all where that is more than one image.
constexpr int64_t kMostTogether = 4;
constexpr int64_t kCachedElements = 128 * 1024;
/// A part of an image or, in NCHW, of a channel, which is summed in float32.
constexpr int64_t kPart = 16384;
constexpr int64_t kFewestPixels = 64;
/// NHWC kernels see rows of several pixels, with so many elements at least.
constexpr int64_t kNarrowest = 256;

struct Plan {
  explicit Plan(const Block& b) : block(b) {
    row = (kNarrowest + b.channels - 1) / b.channels;
    // A multiple of 16 elements where that costs little: no tails.
    row = b.channels < kNarrowest ? (row + 15) / 16 * 16 : 1;
    part = b.nhwc ? kPart / b.channels : kPart;
    part = part < kFewestPixels ? kFewestPixels : part;
    part = b.nhwc ? (part + row - 1) / row * row : part;
    parts = (b.pixels + part - 1) / part;
    together = kCachedElements / (b.channels * b.pixels);
    together = together < 1 ? 1 : together < kMostTogether ? together : kMostTogether;
    by_images = b.threads == 1 || b.images % b.threads == 0 || b.images >= 4 * b.threads;
    int64_t share = by_images ? b.images / b.threads : b.images;
    together = together < share ? together : share;
    squads = by_images ? b.threads : 1;
  }

  int64_t begin(int64_t index) const { return index * part; }
  int64_t size(int64_t index) const {
    int64_t left = block.pixels - index * part;
    return left < part ? left : part;
  }
  /// Floats of the tables that hold one image.
  int64_t width() const { return block.nhwc ? row * block.channels : block.channels; }
  int64_t scratch() const { return block.nhwc ? width() : 0; }
  int64_t image_floats() const {
    return parts * block.channels + block.channels + block.squeezed + width();
  }

  const Block& block;
  int64_t row;       // pixels of a row in NHWC
  int64_t part;      // pixels of a part
  int64_t parts;     // of an image
  int64_t together;  // images that go through the steps together
  bool by_images;    // a thread has images of its own
  int64_t squads;    // groups of images in work at once
};

}  // namespace yolo4j::squeeze_excite
