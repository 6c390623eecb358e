// Where the threads of a run may be: the logical processors of a plan.
#pragma once

#include <cstdint>
#include <vector>

namespace yolo4j::plan {

/// Checks a plan's processors; throws if they are no set, fewer than the threads, or this process
/// may not use one of them.
void check_processors(const std::vector<int32_t>& cpus, int32_t threads);

/// The calling thread and its OpenMP team keep to some processors while this lives, and get back
/// those they had before. A set for all, not one for each: a team that shrinks and grows again has
/// new threads, which begin where the calling thread may be.
class Confined {
 public:
  /// Does nothing where `cpus` is empty. Throws if the system refuses, with nothing changed.
  Confined(const std::vector<int32_t>& cpus, int32_t threads);
  ~Confined();
  Confined(const Confined&) = delete;
  Confined& operator=(const Confined&) = delete;

 private:
  [[maybe_unused]] int32_t threads_;  // elsewhere than on Linux nothing is confined
  bool active_;
};

}  // namespace yolo4j::plan
