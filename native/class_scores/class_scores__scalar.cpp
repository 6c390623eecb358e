// The product, one logit at a time, summed in double precision: the documentation of the family.
#include "class_scores/class_scores.h"

namespace yolo4j::class_scores {
namespace {

void block(const Block& b) {
  for (int64_t pair = 0; pair < b.pairs; pair++) {
    const float* x = b.features + pair * b.feature_stride;
    float* y = b.y + b.cells[pair] * b.y_cell;
    for (int64_t k = 0; k < b.classes; k++) {
      const float* panel = b.panels + k / kPanel * panel_floats(b.channels) + k % kPanel;
      double sum = 0;
      for (int64_t c = 0; c < b.channels; c++) {
        sum += static_cast<double>(x[c]) * static_cast<double>(panel[(c + 1) * kPanel]);
      }
      y[k] = static_cast<float>(sum + static_cast<double>(panel[0]));
    }
  }
}

}  // namespace

const Kernels kScalar = {block};

}  // namespace yolo4j::class_scores
