#include "roofs/roofs.h"

namespace yolo4j::roofs {
namespace {

namespace f32 {

// The scalar kernels sum in double precision, without fused multiplications.
constexpr int64_t kSums = 12;
constexpr int64_t kProducts = 1;
using Vector = double;
using Factor = double;
Vector splat(float v) { return static_cast<double>(v); }
Vector start(float v) { return splat(v); }
Vector add(Vector a, Vector b) { return a + b; }
Vector next(Vector sum, Factor factor) { return sum * factor + factor; }
float first(Vector v) { return static_cast<float>(v); }
#define YOLO4J_TARGET
#include "roofs/multiply_add.h"
#undef YOLO4J_TARGET

}  // namespace f32

constexpr int64_t kLanes = 1;
using Vector = float;
Vector splat(float v) { return v; }
Vector add(Vector a, Vector b) { return a + b; }
Vector fma(Vector a, Vector b, Vector c) { return a * b + c; }
Vector load(const float* x) { return *x; }
void store(float* y, Vector v) { *y = v; }

#include "roofs/passes.h"

}  // namespace

const Kernels kScalar = {
    f32::multiply_add, nullptr, nullptr, nullptr, read, write, copy, triad, update};

}  // namespace yolo4j::roofs
