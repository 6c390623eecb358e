// The formulas, one box at a time: the documentation of the family. All versions give the same
// bits, so nothing here may be fused or reordered.
#include "nms/nms.h"

namespace yolo4j::nms {
namespace {

float least(float a, float b) { return a < b ? a : b; }
float greatest(float a, float b) { return a > b ? a : b; }

/// A NaN in a box makes its area NaN, and with it the quotient, whatever least and greatest do.
float iou(const Block& block, int64_t i, const Box& box) {
  float width = greatest(least(box.x2, block.x2[i]) - greatest(box.x1, block.x1[i]), 0);
  float height = greatest(least(box.y2, block.y2[i]) - greatest(box.y1, block.y1[i]), 0);
  float inter = width * height;
  float area = (box.x2 - box.x1) * (box.y2 - box.y1);
  return inter / (area + block.area[i] - inter);
}

bool suppressed(const Block* blocks, int32_t newest, const Box& box, float threshold) {
  for (int32_t b = newest; b >= 0; b = blocks[b].older) {
    for (int64_t i = 0; i < blocks[b].size; i++) {
      if (iou(blocks[b], i, box) > threshold) {
        return true;
      }
    }
  }
  return false;
}

int64_t between(const float* scores, int64_t count, float low, float high, int32_t* found) {
  int64_t n = 0;
  for (int64_t i = 0; i < count; i++) {
    if (!(low > scores[i]) && !(scores[i] > high)) {
      found[n++] = static_cast<int32_t>(i);
    }
  }
  return n;
}

}  // namespace

const Kernels kScalar = {suppressed, between};

}  // namespace yolo4j::nms
