// Class scores as a step of a plan: behind a convolution of the boxes, in every type of feature
// map, from a slice; and what the step refuses.
#include <cmath>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "plan_network.h"
#include "yolo4j_plan.h"

namespace {

using namespace test_plan;

constexpr int32_t kAnchors = 3;
constexpr int64_t kClasses = 20;
constexpr int64_t kChannels = 24;

struct Head {
  Builder b;
  int32_t x, boxes, y;
  yolo4j_plan_step scores;

  /// Features of a type, the first channels of a wider map.
  explicit Head(int32_t dtype) {
    const bool bytes = dtype == YOLO4J_DTYPE_U8;
    int32_t image = bytes ? b.bytes(8, 12, 3, 1.0f / 255, 0) : b.tensor(8, 12, 3, 0, dtype);
    int32_t wide = bytes ? b.bytes(8, 12, 32, 0.02f, 120) : b.tensor(8, 12, 32, 0, dtype);
    x = b.slice(wide, 4, kChannels);
    boxes = b.tensor(8, 12, kAnchors * 5);
    y = b.tensor(8, 12, kAnchors * kClasses);
    b.step(YOLO4J_PLAN_PIXELS, kNone, image);
    yolo4j_plan_step first = b.step(YOLO4J_PLAN_CONVOLUTION, image, wide);
    window(&b, &first, 3, 32, 3, 1);
    b.steps.back() = first;
    yolo4j_plan_step box = b.step(YOLO4J_PLAN_CONVOLUTION, x, boxes);
    window(&b, &box, kChannels, kAnchors * 5, 1, 1);
    b.steps.back() = box;
    scores = b.step(YOLO4J_PLAN_CLASS_SCORES, x, y);
    scores.second = boxes;
    scores.weight = b.random(kAnchors * kClasses * kChannels, 9);
    scores.bias = b.random(kAnchors * kClasses, 10);
    scores.anchors = kAnchors;
    scores.least_objectness = 0.55f;
    b.steps.back() = scores;
  }
};

/// The logits that are there are right, all others stay NaN as the arena starts.
void scores_are_computed(int32_t dtype) {
  Head head(dtype);
  Compiled compiled(head.b);
  CHECK_EQUAL(compiled.status, YOLO4J_OK);
  if (compiled.status != YOLO4J_OK) {
    return;
  }
  std::vector<uint8_t> rgb = pixels(2 * 8 * 12 * 3);
  compiled.run(rgb.data());
  int64_t passed = 0;
  expect(compiled, head.b, head.y, "class logit", 1e-5,
         [&](int64_t n, int64_t i, int64_t j, int64_t c) {
           const int64_t anchor = c / kClasses;
           const double objectness = at(compiled, head.b, head.boxes, n, i, j, anchor * 5 + 4);
           // The margin of the comparison is for those that don't pass exactly.
           if (objectness <= std::log(0.55 / 0.45) - 1e-3) {
             return std::nan("");
           }
           passed++;
           double sum = static_cast<double>(head.scores.bias[c]);
           for (int64_t k = 0; k < kChannels; k++) {
             sum += static_cast<double>(head.scores.weight[c * kChannels + k]) *
                    at(compiled, head.b, head.x, n, i, j, k);
           }
           return sum;
         });
  CHECK(passed > 100 && passed < 2 * 8 * 12 * kAnchors * kClasses - 100);
  CHECK_CONTAINS(compiled.describe(3).c_str(), "yolo4j class_scores");
}

void refused(const Head& head, const char* part) {
  yolo4j_plan_network network = head.b.network();
  yolo4j_plan* plan = nullptr;
  CHECK_EQUAL(yolo4j_plan_create(&network, &plan), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_plan_last_error(), part);
  CHECK(plan == nullptr);
}

void wrong_steps_are_refused() {
  Head head(YOLO4J_DTYPE_F32);
  head.b.steps.back().anchors = 2;
  refused(head,
          "step 3: class scores of 2 anchors need the boxes' 10 channels in `second` and a "
          "multiple of the anchors in y, dense, float32, as many pixels as x, got 15 and 60 "
          "channels");
  head = Head(YOLO4J_DTYPE_F32);
  head.b.tensors[static_cast<std::size_t>(head.y)].width = 6;
  refused(head, "as many pixels as x");
  head = Head(YOLO4J_DTYPE_F32);
  head.b.steps.back().second = kNone;
  refused(head, "step 3: second must be one of the");
  head = Head(YOLO4J_DTYPE_F32);
  head.b.steps.back().weight = nullptr;
  refused(head, "step 3: weights must not be null");
  head = Head(YOLO4J_DTYPE_F32);
  head.b.steps.back().least_objectness = 1.5f;
  refused(head, "least_objectness must be from 0 to 1, got 1.5");
}

bool has(yolo4j_cpu_feature one, yolo4j_cpu_feature other) {
  return (yolo4j_cpu_features() & ((UINT64_C(1) << one) | (UINT64_C(1) << other))) != 0;
}

}  // namespace

int main() {
  scores_are_computed(YOLO4J_DTYPE_F32);
  if (has(YOLO4J_CPU_AVX512_BF16, YOLO4J_CPU_AMX_BF16)) {
    scores_are_computed(YOLO4J_DTYPE_BF16);
  } else {
    std::printf("class scores of bf16: not run, this CPU has no instructions for it\n");
  }
  if (has(YOLO4J_CPU_AVX512_VNNI, YOLO4J_CPU_AMX_INT8)) {
    scores_are_computed(YOLO4J_DTYPE_U8);
  } else {
    std::printf("class scores of bytes: not run, this CPU has no instructions for it\n");
  }
  wrong_steps_are_refused();
  return check::result();
}
