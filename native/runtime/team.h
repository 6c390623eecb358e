// The threads of the caller's OpenMP team; one thread in a build without OpenMP.
#pragma once

#include <cstdint>

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace yolo4j {

/// One thread's place in the team that runs a function.
struct Team {
  int64_t id;
  int64_t size;

  /// This thread's part of 0 … count − 1.
  int64_t begin(int64_t count) const { return count * id / size; }
  int64_t end(int64_t count) const { return count * (id + 1) / size; }

  /// Waits until all have come here.
  void barrier() const {
#if defined(_OPENMP)
    if (size > 1) {
#pragma omp barrier
    }
#endif
  }
};

/// How many of the caller's threads are worth waking, each for so many elements; at least one.
inline int32_t useful_threads(int32_t most, int64_t elements, int64_t elements_each) {
  int64_t useful = elements / elements_each;
  useful = useful < 1 ? 1 : useful;
  return useful < most ? static_cast<int32_t>(useful) : most;
}

/// Runs body(team) on that many threads of the caller; inside another parallel region on one.
template <typename Body>
void in_team(int32_t threads, const Body& body) {
#if defined(_OPENMP)
  if (threads > 1 && omp_in_parallel() == 0) {
#pragma omp parallel num_threads(threads)
    body(Team{omp_get_thread_num(), omp_get_num_threads()});
    return;
  }
#else
  (void)threads;
#endif
  body(Team{0, 1});
}

}  // namespace yolo4j
