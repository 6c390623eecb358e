// Multiply-adds of float32 in terms of an instruction set's vectors. Included inside the anonymous
// namespace of its file.

namespace f32 {

constexpr int64_t kSums = kRegisters - kRegisters / 4;
constexpr int64_t kProducts = kLanes;
using Factor = Vector;
inline Vector start(float v) { return splat(v); }
inline Vector next(Vector sum, Factor factor) { return fma(sum, factor, factor); }
inline float first(Vector v) {
  float lanes[kLanes];
  store(lanes, v);
  return lanes[0];
}
#define YOLO4J_TARGET
#include "roofs/multiply_add.h"
#undef YOLO4J_TARGET

}  // namespace f32
