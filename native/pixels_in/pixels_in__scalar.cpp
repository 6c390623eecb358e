// The definition.
#include "pixels_in/pixels_in.h"
#include "simd/element.h"

namespace yolo4j::pixels_in {
namespace {

template <typename Element>
void interleaved(const Row& row, bool reverse, void* out) {
  Element* y = static_cast<Element*>(out);
  for (int64_t i = 0; i < row.count; i++) {
    for (int64_t c = 0; c < kChannels; c++) {
      int64_t from = reverse ? kChannels - 1 - c : c;
      put(y + i * kChannels + c, static_cast<float>(row.pixels[i * kChannels + from]) / 255.0f);
    }
  }
}

template <typename Element>
void planes(const Row& row, void* const out[kChannels]) {
  for (int64_t c = 0; c < kChannels; c++) {
    Element* y = static_cast<Element*>(out[c]);
    for (int64_t i = 0; i < row.count; i++) {
      put(y + i, static_cast<float>(row.pixels[i * kChannels + c]) / 255.0f);
    }
  }
}

}  // namespace

const Kernels kScalar = {{interleaved<float>, interleaved<uint16_t>},
                         {planes<float>, planes<uint16_t>}};

}  // namespace yolo4j::pixels_in
