// Counters: those of the kernel behave, those that the CPU lacks say so and are never 0.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>

#include "check.h"
#include "yolo4j_profile.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace {

constexpr uint32_t kAll = (1U << YOLO4J_COUNTER_COUNT) - 1;
constexpr double kUntouched = -7;

void bad_arguments() {
  yolo4j_counters* counters = nullptr;
  CHECK_EQUAL(yolo4j_counters_open(kAll, nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "yolo4j_counters_open: the result must not be null");
  for (uint32_t wanted : {0U, kAll + 1, ~0U}) {
    CHECK_EQUAL(yolo4j_counters_open(wanted, &counters), YOLO4J_INVALID_ARGUMENT);
    CHECK_CONTAINS(yolo4j_last_error(), "wanted must have some of the lowest 9 bits, got 0x");
    CHECK(counters == nullptr);
  }
  CHECK_EQUAL(yolo4j_counters_read(nullptr, nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_counters_open(kAll, &counters), YOLO4J_OK);
  const char* reason = "untouched";
  for (int32_t counter : {-1, YOLO4J_COUNTER_COUNT}) {
    CHECK_EQUAL(yolo4j_counters_missing(counters, counter, &reason), YOLO4J_INVALID_ARGUMENT);
    CHECK_CONTAINS(yolo4j_last_error(), "counter must be from 0 to 8, got");
    CHECK_TEXT(reason, "untouched");
  }
  yolo4j_counters_close(counters);
  yolo4j_counters_close(nullptr);
  double seconds = kUntouched;
  for (int64_t pages : {INT64_C(0), INT64_C(-1), (INT64_C(1) << 20) + 1, INT64_MAX}) {
    CHECK_EQUAL(yolo4j_fault_seconds(pages, &seconds), YOLO4J_INVALID_ARGUMENT);
    CHECK_CONTAINS(yolo4j_last_error(), "pages must be from 1 to 1048576, got");
    CHECK(seconds == kUntouched);
  }
}

/// A reason and NaN, or neither: unavailable is never 0.
void missing() {
  yolo4j_counters* counters = nullptr;
  CHECK_EQUAL(yolo4j_counters_open(kAll, &counters), YOLO4J_OK);
  double values[YOLO4J_COUNTER_COUNT];
  for (double& value : values) {
    value = kUntouched;
  }
  CHECK_EQUAL(yolo4j_counters_read(counters, values), YOLO4J_OK);
  for (int32_t i = 0; i < YOLO4J_COUNTER_COUNT; i++) {
    const char* reason = "untouched";
    CHECK_EQUAL(yolo4j_counters_missing(counters, i, &reason), YOLO4J_OK);
    if (reason != nullptr) {
      CHECK(std::isnan(values[i]));
      CHECK(std::strlen(reason) > 10);
    } else if (i < YOLO4J_COUNTER_CYCLES) {
      CHECK(values[i] >= 0);
    } else {
      // Others may hold the CPU's counters all the time.
      CHECK(std::isnan(values[i]) || values[i] >= 0);
    }
    std::printf("counter %d: %g%s%s\n", i, values[i], reason == nullptr ? "" : ", ",
                reason == nullptr ? "" : reason);
  }
  yolo4j_counters_close(counters);
}

void only_what_was_asked_for() {
  yolo4j_counters* counters = nullptr;
  CHECK_EQUAL(yolo4j_counters_open(1U << YOLO4J_COUNTER_MINOR_FAULTS, &counters), YOLO4J_OK);
  const char* reason = nullptr;
  CHECK_EQUAL(yolo4j_counters_missing(counters, YOLO4J_COUNTER_CYCLES, &reason), YOLO4J_OK);
  CHECK_TEXT(reason, "nobody asked for it");
  double values[YOLO4J_COUNTER_COUNT];
  CHECK_EQUAL(yolo4j_counters_read(counters, values), YOLO4J_OK);
  CHECK(std::isnan(values[YOLO4J_COUNTER_CPU_NANOSECONDS]));
  yolo4j_counters_close(counters);
}

#if defined(__linux__)
void behaviour() {
  constexpr int64_t kPages = 500;
  yolo4j_counters* counters = nullptr;
  CHECK_EQUAL(yolo4j_counters_open(kAll, &counters), YOLO4J_OK);
  int64_t page = sysconf(_SC_PAGESIZE);
  auto bytes = static_cast<std::size_t>(kPages * page);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  double before[YOLO4J_COUNTER_COUNT];
  double after[YOLO4J_COUNTER_COUNT];
  CHECK_EQUAL(yolo4j_counters_read(counters, before), YOLO4J_OK);
  for (int64_t i = 0; i < kPages; i++) {
    static_cast<volatile char*>(memory)[i * page] = 1;
  }
  usleep(1000);  // gives the core up once
  CHECK_EQUAL(yolo4j_counters_read(counters, after), YOLO4J_OK);
  munmap(memory, bytes);
  CHECK(after[YOLO4J_COUNTER_MINOR_FAULTS] - before[YOLO4J_COUNTER_MINOR_FAULTS] >= kPages);
  CHECK(after[YOLO4J_COUNTER_CPU_NANOSECONDS] > before[YOLO4J_COUNTER_CPU_NANOSECONDS]);
  CHECK(after[YOLO4J_COUNTER_CONTEXT_SWITCHES] > before[YOLO4J_COUNTER_CONTEXT_SWITCHES]);
  CHECK(after[YOLO4J_COUNTER_INVOLUNTARY_SWITCHES] >= before[YOLO4J_COUNTER_INVOLUNTARY_SWITCHES]);
  CHECK(std::isnan(after[YOLO4J_COUNTER_INSTRUCTIONS]) ||
        after[YOLO4J_COUNTER_INSTRUCTIONS] - before[YOLO4J_COUNTER_INSTRUCTIONS] > kPages);
  yolo4j_counters_close(counters);

  double seconds = kUntouched;
  CHECK_EQUAL(yolo4j_fault_seconds(kPages, &seconds), YOLO4J_OK);
  CHECK(seconds > 1e-9 && seconds < 1e-2);
  std::printf("a fault takes %.0f ns\n", 1e9 * seconds);
}
#else
void behaviour() {}
#endif

}  // namespace

int main() {
  bad_arguments();
  missing();
  only_what_was_asked_for();
  behaviour();
  return check::result();
}
