// A problem of squeeze and excite, and what failures call it.
#pragma once

#include <cstdint>
#include <string>

#include "cuda/device.h"
#include "yolo4j.h"

namespace cuda_test {

inline yolo4j_squeeze_excite block(int32_t dtype, int32_t layout, int64_t images, int64_t channels,
                                   int64_t pixels, int64_t squeezed) {
  yolo4j_squeeze_excite p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.layout = layout;
  p.activation = YOLO4J_ACTIVATION_RELU;
  p.gate = YOLO4J_ACTIVATION_HARDSIGMOID;
  p.images = images;
  p.channels = channels;
  p.pixels = pixels;
  p.squeezed = squeezed;
  return p;
}

inline std::string text(const yolo4j_squeeze_excite& p) {
  return std::string(type_name(p.dtype)) + " layout " + std::to_string(p.layout) + " [" +
         std::to_string(p.images) + "," + std::to_string(p.channels) + "," +
         std::to_string(p.pixels) + "] squeezed " + std::to_string(p.squeezed) + " activation " +
         std::to_string(p.activation) + " gate " + std::to_string(p.gate);
}

}  // namespace cuda_test
