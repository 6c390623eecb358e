// The comparison that most cells fail, one logit at a time: the documentation of the family.
#include "decode/decode.h"
#include "simd/element.h"

namespace yolo4j::decode {
namespace {

template <typename Element>
int64_t above(const void* x, int64_t count, int64_t stride, float threshold, int32_t* found) {
  const Element* logits = static_cast<const Element*>(x);
  int64_t n = 0;
  for (int64_t i = 0; i < count; i++) {
    if (value(logits + i * stride) > static_cast<double>(threshold)) {
      found[n++] = static_cast<int32_t>(i);
    }
  }
  return n;
}

}  // namespace

const Kernels kScalar = {{above<float>, above<uint16_t>}};

}  // namespace yolo4j::decode
