// What the plan executor refuses, each with a status and a text.
#include "check.h"
#include "plan_network.h"
#include "yolo4j_plan.h"

namespace {

using namespace test_plan;

void refuse(const Builder& b, int32_t status, const char* part) {
  yolo4j_plan_network network = b.network();
  yolo4j_plan* plan = nullptr;
  CHECK_EQUAL(yolo4j_plan_create(&network, &plan), status);
  CHECK_CONTAINS(yolo4j_plan_last_error(), part);
  CHECK(plan == nullptr);
}

Builder small() {
  Builder b;
  b.tensor(4, 4, 3);
  b.tensor(4, 4, 8);
  b.step(YOLO4J_PLAN_PIXELS, kNone, 0);
  yolo4j_plan_step s = b.step(YOLO4J_PLAN_CONVOLUTION, 0, 1);
  window(&b, &s, 3, 8, 3, 1);
  b.steps.back() = s;
  return b;
}

void bad_networks_are_refused() {
  CHECK_EQUAL(yolo4j_plan_create(nullptr, nullptr), YOLO4J_INVALID_ARGUMENT);
  Builder b = small();
  b.threads = 0;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "threads, tensors, steps and the arena must be positive");
  b = small();
  yolo4j_plan_network network = b.network();
  yolo4j_plan* plan = nullptr;
  network.cpu_count = 1;
  CHECK_EQUAL(yolo4j_plan_create(&network, &plan), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_plan_last_error(), "cpus must be given, got none of 1");
#if defined(__linux__)
  const int32_t cpus[] = {0};
  network.cpus = cpus;
  CHECK_EQUAL(yolo4j_plan_create(&network, &plan), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_plan_last_error(), "a processor for each thread, got 1 for 2");
#endif
  b.tensors[1].offset = b.arena;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "tensor 1: must lie in the arena");
  b = small();
  b.tensors[1].offset = 2;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "at a multiple of its elements");
  b = small();
  b.tensors[0].pixel_stride = 2;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "tensor 0: sizes must be");
  b = small();
  b.tensors[0].dtype = YOLO4J_DTYPE_F64;
  refuse(b, YOLO4J_UNSUPPORTED, "tensor 0: dtype must be f32, bf16 or u8");
  b = small();
  b.steps[1].kind = 99;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "step 1: kind must be one of those listed, got 99");
  b = small();
  b.steps[1].y = 7;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "step 1: y must be one of the 2 tensors, got 7");
  b = small();
  b.steps[1].weight = nullptr;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "step 1: weights must not be null");
  b = small();
  b.steps[1].groups = 2;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "groups divide the channels");
  b = small();
  b.steps[1].activation = 42;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "activation must be one of those listed, got 42");
  b = small();
  b.steps[1].struct_size = 4;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "step 1: struct_size");
  b = small();
  b.steps[1].pad_bottom = 5;
  CHECK_EQUAL(Compiled(b).status == YOLO4J_OK, 0);
  b = small();
  b.steps[0].y = 1;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "pixels need a dense tensor of 3 channels");
  b = small();
  b.step(YOLO4J_PLAN_UPSAMPLE, 0, 1).stride_height = 2;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "step 2: a step of kind 8 by 2 doesn't make 4 x 4 pixels");
  b = small();
  b.step(YOLO4J_PLAN_SHUFFLE, 0, 0).groups = 2;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "step 2: a step of kind 13 by 2 doesn't make");
  b = small();
  b.step(YOLO4J_PLAN_ATTENTION, 1, 1).groups = 2;
  refuse(b, YOLO4J_INVALID_ARGUMENT,
         "step 2: an attention makes 4 x 4 pixels of a third of x's 8 channels");
  b = small();
  b.step(YOLO4J_PLAN_ATTENTION, 0, b.tensor(4, 4, 1)).groups = 2;
  refuse(b, YOLO4J_INVALID_ARGUMENT, "heads must be positive and divide the channels, got 2 for 1");
  b = small();
  b.step(YOLO4J_PLAN_ATTENTION, b.bytes(4, 4, 3, 1, 0), b.bytes(4, 4, 1, 1, 0));
  refuse(b, YOLO4J_UNSUPPORTED, "step 2: a step of kind 14 takes no bytes");

  b = small();
  Compiled compiled(b);
  CHECK_EQUAL(yolo4j_plan_run(compiled.context(), nullptr, nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_plan_last_error(), "context and pixels must not be null");
  void* data = nullptr;
  CHECK_EQUAL(yolo4j_plan_tensor_data(compiled.context(), 2, &data), YOLO4J_INVALID_ARGUMENT);
  CHECK(data == nullptr);
  CHECK_EQUAL(yolo4j_plan_describe(compiled.plan(), 2, nullptr, 0), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_plan_abi_version(), YOLO4J_PLAN_ABI_VERSION);
  CHECK_CONTAINS(yolo4j_plan_onednn_version(), "3.");
}

}  // namespace

int main() {
  bad_networks_are_refused();
  return check::result();
}
