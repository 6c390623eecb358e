// Times by events: the fake driver's clock passes only as the test says, so they are exact; on a
// real driver they are only plausible. The argument says what the environment has.
#include <vector>

#include "cuda/device.h"
#include "yolo4j_profile.h"

namespace {

struct Clock {
  void (*let_pass)(double) = nullptr;
  int (*alive)() = nullptr;
};

Clock fake_clock() {
  Clock clock;
  cuda_test::look_up(cuda_test::memory().library, "fake_let_pass", &clock.let_pass);
  cuda_test::look_up(cuda_test::memory().library, "fake_events_alive", &clock.alive);
  return clock;
}

yolo4j_cuda_events* create(int32_t device, int64_t count) {
  yolo4j_cuda_events* events = nullptr;
  cuda_test::succeeded("create", yolo4j_cuda_events_create(device, count, &events));
  CHECK(events != nullptr);
  return events;
}

/// A run after another with the same events: the second one's times are its own.
void times_are_those_that_passed(const Clock& clock) {
  const double steps[2][4] = {{2.5, 0.5, 1000, 7}, {1, 2, 3, 4}};
  yolo4j_cuda_events* events = create(0, 5);
  for (const double* run : steps) {
    double milliseconds[5] = {-7, -7, -7, -7, -7};
    double expected = 0;
    for (int i = 0; i < 5; i++) {
      CHECK_EQUAL(yolo4j_cuda_events_record(events, i, nullptr), YOLO4J_OK);
      if (i < 4 && clock.let_pass != nullptr) {
        clock.let_pass(run[i]);
      }
    }
    CHECK_EQUAL(yolo4j_cuda_events_read(events, 5, milliseconds), YOLO4J_OK);
    CHECK_EQUAL(milliseconds[0], 0);
    for (int i = 1; i < 5; i++) {
      expected += run[i - 1] / 1000;
      CHECK(clock.let_pass == nullptr ? milliseconds[i] >= milliseconds[i - 1]
                                      : check::close(milliseconds[i], expected, 1e-6, 0));
    }
  }
  yolo4j_cuda_events_destroy(events);
}

void streams_and_contexts_are_the_callers(const Clock& clock) {
  if (clock.let_pass == nullptr) {
    std::printf("skipped: another stream and a second GPU, which the real driver may not have\n");
    return;
  }
  int stream = 0;
  yolo4j_cuda_events* second = create(1, 2);
  CHECK_EQUAL(yolo4j_cuda_events_record(second, 0, &stream), YOLO4J_OK);
  CHECK(cuda_test::memory().last_stream() == &stream);
  CHECK_EQUAL(yolo4j_cuda_events_record(second, 1, nullptr), YOLO4J_OK);
  CHECK(cuda_test::memory().last_stream() == nullptr);
  int (*get)(void**) = nullptr;
  cuda_test::look_up(cuda_test::memory().library, "cuCtxGetCurrent", &get);
  void* before = nullptr;
  void* after = nullptr;
  get(&before);
  double milliseconds[2];
  CHECK_EQUAL(yolo4j_cuda_events_read(second, 2, milliseconds), YOLO4J_OK);
  yolo4j_cuda_events_destroy(second);
  get(&after);
  CHECK(before != nullptr && before == after);
}

void wrong_use_is_refused() {
  yolo4j_cuda_events* events = nullptr;
  CHECK_REFUSED(yolo4j_cuda_events_create(0, 2, nullptr), YOLO4J_INVALID_ARGUMENT,
                "events must not be null");
  CHECK_REFUSED(yolo4j_cuda_events_create(0, 1, &events), YOLO4J_INVALID_ARGUMENT,
                "count must be from 2 to 1048576, got 1");
  CHECK_REFUSED(yolo4j_cuda_events_create(0, (INT64_C(1) << 20) + 1, &events),
                YOLO4J_INVALID_ARGUMENT, "got 1048577");
  CHECK_REFUSED(yolo4j_cuda_events_create(-1, 2, &events), YOLO4J_INVALID_ARGUMENT,
                "device must be from 0");
  CHECK(events == nullptr);
  events = create(0, 3);
  double milliseconds[3] = {-7, -7, -7};
  CHECK_REFUSED(yolo4j_cuda_events_record(nullptr, 0, nullptr), YOLO4J_INVALID_ARGUMENT, "events");
  CHECK_REFUSED(yolo4j_cuda_events_record(events, 3, nullptr), YOLO4J_INVALID_ARGUMENT,
                "index must be from 0 to 2, got 3");
  CHECK_REFUSED(yolo4j_cuda_events_record(events, -1, nullptr), YOLO4J_INVALID_ARGUMENT, "got -1");
  CHECK_EQUAL(yolo4j_cuda_events_record(events, 0, nullptr), YOLO4J_OK);
  CHECK_EQUAL(yolo4j_cuda_events_record(events, 2, nullptr), YOLO4J_OK);
  CHECK_REFUSED(yolo4j_cuda_events_read(events, 3, milliseconds), YOLO4J_INVALID_ARGUMENT,
                "all 3 events must have been recorded, event 1 has not");
  CHECK_REFUSED(yolo4j_cuda_events_read(events, 4, milliseconds), YOLO4J_INVALID_ARGUMENT,
                "count must be from 1 to 3, got 4");
  CHECK_REFUSED(yolo4j_cuda_events_read(events, 0, milliseconds), YOLO4J_INVALID_ARGUMENT, "got 0");
  CHECK_REFUSED(yolo4j_cuda_events_read(events, 1, nullptr), YOLO4J_INVALID_ARGUMENT,
                "milliseconds must not be null");
  CHECK_EQUAL(milliseconds[0], -7);
  yolo4j_cuda_events_destroy(events);
  yolo4j_cuda_events_destroy(nullptr);
}

/// Those that were made go again.
void memory_ends() {
  yolo4j_cuda_events* events = nullptr;
  CHECK_REFUSED(yolo4j_cuda_events_create(0, 8, &events), YOLO4J_OUT_OF_MEMORY,
                "cuEventCreate must succeed, got CUDA_ERROR_OUT_OF_MEMORY (2)");
  CHECK(events == nullptr);
}

}  // namespace

int main(int arguments, char** argument) {
  std::string mode = arguments > 1 ? argument[1] : "works";
  if (mode == "no_driver") {
    yolo4j_cuda_events* events = nullptr;
    CHECK_REFUSED(yolo4j_cuda_events_create(0, 2, &events), YOLO4J_UNSUPPORTED,
                  "an NVIDIA driver must be installed");
    CHECK(events == nullptr);
    return check::result();
  }
  Clock clock = fake_clock();
  if (mode == "event_memory") {
    memory_ends();
  } else {
    times_are_those_that_passed(clock);
    streams_and_contexts_are_the_callers(clock);
    wrong_use_is_refused();
  }
  if (clock.alive != nullptr) {
    CHECK_EQUAL(clock.alive(), 0);
  }
  return check::result();
}
