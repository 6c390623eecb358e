// The public functions: which counters there are, and their values.
#include <cstdint>
#include <limits>
#include <new>

#include "perf/events.h"
#include "runtime/arguments.h"
#include "runtime/status.h"
#include "yolo4j_profile.h"

#if defined(__unix__) || defined(__APPLE__)
#define YOLO4J_USAGE 1
#include <sys/resource.h>
#include <time.h>
#endif

struct yolo4j_counters {
  uint32_t wanted = 0;
  yolo4j::perf::Files files[YOLO4J_COUNTER_COUNT];
  yolo4j::Text missing[YOLO4J_COUNTER_COUNT];
};

namespace yolo4j::perf {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr int32_t kFirstOfCpu = YOLO4J_COUNTER_CYCLES;
constexpr uint32_t kAll = (1U << YOLO4J_COUNTER_COUNT) - 1;

bool is_wanted(const yolo4j_counters& counters, int32_t counter) {
  return (counters.wanted >> counter & 1U) != 0;
}

#if defined(YOLO4J_USAGE)
void usage(double* values) noexcept {
  rusage all;
  if (getrusage(RUSAGE_SELF, &all) == 0) {
    values[YOLO4J_COUNTER_MINOR_FAULTS] = static_cast<double>(all.ru_minflt);
    values[YOLO4J_COUNTER_MAJOR_FAULTS] = static_cast<double>(all.ru_majflt);
    values[YOLO4J_COUNTER_CONTEXT_SWITCHES] = static_cast<double>(all.ru_nvcsw + all.ru_nivcsw);
    values[YOLO4J_COUNTER_INVOLUNTARY_SWITCHES] = static_cast<double>(all.ru_nivcsw);
  }
  timespec time;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0) {
    values[YOLO4J_COUNTER_CPU_NANOSECONDS] =
        1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
  }
}

void find_kernels(Text*) {}
#else
void usage(double*) noexcept {}

void find_kernels(Text* missing) {
  for (int32_t i = 0; i < kFirstOfCpu; i++) {
    missing[i].append("this system has no getrusage");
  }
}
#endif

void find(yolo4j_counters* counters) {
  find_kernels(counters->missing);
  for (int32_t i = 0; i < YOLO4J_COUNTER_COUNT; i++) {
    Text* missing = &counters->missing[i];
    if (!is_wanted(*counters, i)) {
      if (missing->empty()) {
        missing->append("nobody asked for it");
      }
    } else if (i >= kFirstOfCpu) {
      counters->files[i].open(events(i), missing);
    }
  }
}

}  // namespace
}  // namespace yolo4j::perf

int32_t yolo4j_counters_open(uint32_t wanted, yolo4j_counters** counters) {
  constexpr const char* kOperation = "yolo4j_counters_open";
  int32_t status = yolo4j::check_not_null(kOperation, {{"the result", counters}});
  if (status != YOLO4J_OK) {
    return status;
  }
  if (wanted == 0 || (wanted & ~yolo4j::perf::kAll) != 0) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT,
                        "%s: wanted must have some of the lowest %d bits, got 0x%x", kOperation,
                        YOLO4J_COUNTER_COUNT, wanted);
  }
  yolo4j_counters* made = nullptr;
  try {
    made = new yolo4j_counters;
    made->wanted = wanted;
    yolo4j::perf::find(made);
  } catch (const std::bad_alloc&) {
    delete made;
    return yolo4j::fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory", kOperation);
  }
  *counters = made;
  return YOLO4J_OK;
}

void yolo4j_counters_close(yolo4j_counters* counters) { delete counters; }

int32_t yolo4j_counters_missing(const yolo4j_counters* counters, int32_t counter,
                                const char** reason) {
  constexpr const char* kOperation = "yolo4j_counters_missing";
  int32_t status =
      yolo4j::check_not_null(kOperation, {{"the counters", counters}, {"the result", reason}});
  if (status != YOLO4J_OK) {
    return status;
  }
  if (counter < 0 || counter >= YOLO4J_COUNTER_COUNT) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: counter must be from 0 to %d, got %d",
                        kOperation, YOLO4J_COUNTER_COUNT - 1, counter);
  }
  const yolo4j::Text& text = counters->missing[counter];
  *reason = text.empty() ? nullptr : text.c_str();
  return YOLO4J_OK;
}

int32_t yolo4j_counters_read(const yolo4j_counters* counters, double* values) {
  int32_t status = yolo4j::check_not_null("yolo4j_counters_read",
                                          {{"the counters", counters}, {"the values", values}});
  if (status != YOLO4J_OK) {
    return status;
  }
  for (int32_t i = 0; i < YOLO4J_COUNTER_COUNT; i++) {
    values[i] = yolo4j::perf::kUnknown;
  }
  yolo4j::perf::usage(values);
  for (int32_t i = 0; i < YOLO4J_COUNTER_COUNT; i++) {
    if (!counters->missing[i].empty()) {
      values[i] = yolo4j::perf::kUnknown;
    } else if (i >= yolo4j::perf::kFirstOfCpu) {
      values[i] = counters->files[i].read();
    }
  }
  return YOLO4J_OK;
}
