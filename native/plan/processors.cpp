#include "plan/processors.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "plan/plan.h"
#include "runtime/team.h"

#if defined(__linux__)
#include <sched.h>
#endif

namespace yolo4j::plan {

#if defined(__linux__)
namespace {

cpu_set_t set_of(const std::vector<int32_t>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int32_t cpu : cpus) {
    CPU_SET(static_cast<std::size_t>(cpu), &set);
  }
  return set;
}

/// Of each thread: where it may be when no run confines it.
struct Before {
  cpu_set_t set;
  bool kept;
};

Before& before() {
  thread_local Before kept{};
  return kept;
}

/// Returns 0 or the error's number.
int confine(const cpu_set_t& set) {
  Before& mine = before();
  if (sched_getaffinity(0, sizeof mine.set, &mine.set) != 0 ||
      sched_setaffinity(0, sizeof set, &set) != 0) {
    return errno;
  }
  mine.kept = true;
  return 0;
}

/// Threads that came to the team meanwhile have nothing of their own: they get what the calling
/// thread has.
void release(const cpu_set_t& callers) {
  Before& mine = before();
  // It was allowed before; should it not be any more, the thread stays where it may be.
  (void)sched_setaffinity(0, sizeof callers, mine.kept ? &mine.set : &callers);
  mine.kept = false;
}

void release_team(int32_t threads) {
  const cpu_set_t callers = before().set;
  in_team(threads, [&](const Team&) { release(callers); });
}

}  // namespace

void check_processors(const std::vector<int32_t>& cpus, int32_t threads) {
  if (cpus.empty()) {
    return;
  }
  if (static_cast<std::size_t>(threads) > cpus.size()) {
    fail(YOLO4J_INVALID_ARGUMENT, "there must be a processor for each thread, got %zu for %d",
         cpus.size(), threads);
  }
  std::vector<int32_t> sorted = cpus;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.front() < 0 || sorted.back() >= CPU_SETSIZE) {
    fail(YOLO4J_INVALID_ARGUMENT, "processors must be 0 to %d, got %d", CPU_SETSIZE - 1,
         sorted.front() < 0 ? sorted.front() : sorted.back());
  }
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    fail(YOLO4J_INVALID_ARGUMENT, "processor %d must be named once", *twice);
  }
  // The system takes any set that has one usable processor, so each is tried alone.
  for (const int32_t cpu : sorted) {
    try {
      Confined tried({cpu}, 1);
    } catch (const Failure& e) {
      throw Failure{e.status, "processor " + std::to_string(cpu) + ": " + e.text};
    }
  }
}

Confined::Confined(const std::vector<int32_t>& cpus, int32_t threads)
    : threads_(threads), active_(!cpus.empty()) {
  if (!active_) {
    return;
  }
  const cpu_set_t set = set_of(cpus);
  // The caller first: threads that the team lacks begin where it may be.
  std::atomic<int> error{confine(set)};
  if (error == 0 && threads > 1) {
    in_team(threads, [&](const Team& team) {
      const int mine = team.id == 0 ? 0 : confine(set);
      if (mine != 0) {
        error = mine;
      }
    });
    if (error != 0) {
      release_team(threads);
    }
  }
  if (error != 0) {
    fail(YOLO4J_UNSUPPORTED, "this process may not run there: %s", std::strerror(error));
  }
}

Confined::~Confined() {
  if (active_) {
    release_team(threads_);
  }
}

#else

void check_processors(const std::vector<int32_t>& cpus, int32_t threads) {
  Confined(cpus, threads);
}

Confined::Confined(const std::vector<int32_t>& cpus, int32_t threads)
    : threads_(threads), active_(!cpus.empty()) {
  if (active_) {
    fail(YOLO4J_UNSUPPORTED, "runs can be kept to some processors on Linux alone");
  }
}

Confined::~Confined() = default;

#endif

}  // namespace yolo4j::plan
