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

}  // namespace yolo4j::cuda
