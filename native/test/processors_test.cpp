// Where the threads of a run are kept, and that they get back what they had.
#include "plan/processors.h"

#include <sched.h>

#include <vector>

#include "check.h"
#include "plan/plan.h"
#include "runtime/team.h"

namespace {

using yolo4j::in_team;
using yolo4j::Team;
using yolo4j::plan::check_processors;
using yolo4j::plan::Confined;
using yolo4j::plan::Failure;

cpu_set_t allowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CHECK_EQUAL(sched_getaffinity(0, sizeof set, &set), 0);
  return set;
}

/// The process's processors when it started.
const cpu_set_t& all() {
  static const cpu_set_t set = allowed();
  return set;
}

int32_t last_allowed() {
  int32_t last = 0;
  for (int32_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &all())) {
      last = cpu;
    }
  }
  return last;
}

/// How many of a team's threads may run on exactly that set.
int32_t keep_to(const cpu_set_t& set, int32_t threads) {
  std::vector<int32_t> same(static_cast<std::size_t>(threads), 0);
  in_team(threads, [&](const Team& team) {
    const cpu_set_t mine = allowed();
    same[static_cast<std::size_t>(team.id)] = CPU_EQUAL(&mine, &set) ? 1 : 0;
  });
  int32_t count = 0;
  for (const int32_t one : same) {
    count += one;
  }
  return count;
}

void teams_are_confined_and_released() {
  const std::vector<int32_t> one{last_allowed()};
  cpu_set_t expected;
  CPU_ZERO(&expected);
  CPU_SET(static_cast<std::size_t>(one[0]), &expected);
  for (const int32_t threads : {1, 2, 4}) {
    {
      Confined confined(one, threads);
      CHECK_EQUAL(keep_to(expected, threads), threads);
      // Smaller, and so large again: OpenMP may have ended threads and started others meanwhile.
      CHECK_EQUAL(keep_to(expected, (threads + 1) / 2), (threads + 1) / 2);
      CHECK_EQUAL(keep_to(expected, threads), threads);
    }
    CHECK_EQUAL(keep_to(all(), threads), threads);
  }
}

void none_changes_nothing() {
  Confined confined({}, 2);
  CHECK_EQUAL(keep_to(all(), 2), 2);
}

/// A thread that something else keeps to a processor has that back, not all of them.
void what_was_before_comes_back() {
  cpu_set_t own;
  CPU_ZERO(&own);
  CPU_SET(static_cast<std::size_t>(last_allowed()), &own);
  CHECK_EQUAL(sched_setaffinity(0, sizeof own, &own), 0);
  { Confined confined({last_allowed()}, 1); }
  const cpu_set_t after = allowed();
  CHECK(CPU_EQUAL(&after, &own));
  CHECK_EQUAL(sched_setaffinity(0, sizeof own, &all()), 0);
}

void refuse(const std::vector<int32_t>& cpus, int32_t threads, int32_t status, const char* part) {
  try {
    check_processors(cpus, threads);
    CHECK(false);
  } catch (const Failure& e) {
    CHECK_EQUAL(e.status, status);
    CHECK_CONTAINS(e.text.c_str(), part);
  }
  CHECK_EQUAL(keep_to(all(), 2), 2);
}

void wrong_sets_are_refused() {
  const int32_t last = last_allowed();
  check_processors({}, 4);
  check_processors({last}, 1);
  refuse({last}, 2, YOLO4J_INVALID_ARGUMENT, "a processor for each thread, got 1 for 2");
  refuse({-1}, 1, YOLO4J_INVALID_ARGUMENT, "processors must be 0 to 1023, got -1");
  refuse({1024}, 1, YOLO4J_INVALID_ARGUMENT, "got 1024");
  refuse({last, last}, 1, YOLO4J_INVALID_ARGUMENT, "must be named once");
  if (last < CPU_SETSIZE - 1) {
    // Together with one that is there the system would take it.
    refuse({last, CPU_SETSIZE - 1}, 1, YOLO4J_UNSUPPORTED,
           "processor 1023: this process may not run there");
  }
}

}  // namespace

int main() {
  all();
  none_changes_nothing();
  teams_are_confined_and_released();
  what_was_before_comes_back();
  wrong_sets_are_refused();
  return check::result();
}
