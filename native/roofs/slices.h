// Times what a team of threads repeats.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "runtime/team.h"

namespace yolo4j::roofs {

constexpr int32_t kMostThreads = 1024;

/// Many short slices of time, of which the fastest counts: others on the machine only ever make a
/// slice slower. A slice repeats the work for about a millisecond, so that neither the clock's
/// grain nor the threads' meeting before and after matters, and ends when the last thread does.
class Slices {
 public:
  /// Goes on for so many seconds, and until one slice has been timed.
  explicit Slices(double budget) : budget_(budget) {}

  /// Calls body(repeats) on every thread of the team, all at once, until the time is over. Each
  /// thread of the team calls this.
  template <typename Body>
  void run(const Team& team, const Body& body) {
    do {
      int64_t repeats = repeats_;
      team.barrier();
      Span span;
      span.start = now();
      body(repeats);
      span.end = now();
      spans_[team.id] = span;
      team.barrier();
      if (team.id == 0) {
        note(team.size);
      }
      team.barrier();
    } while (!done_);
  }

  /// The seconds of one repeat in the fastest slice.
  double fastest() const { return fastest_; }

 private:
  static constexpr double kSliceSeconds = 1e-3;

  struct Span {
    double start = 0;
    double end = 0;
  };

  static double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  /// On one thread, while the others wait.
  void note(int64_t threads) {
    Span all = spans_[0];
    for (int64_t i = 1; i < threads; i++) {
      all.start = spans_[i].start < all.start ? spans_[i].start : all.start;
      all.end = spans_[i].end > all.end ? spans_[i].end : all.end;
    }
    double seconds = all.end - all.start;
    if (!warm_) {
      warm_ = true;
      begin_ = all.start;
    } else if (seconds >= kSliceSeconds / 2) {
      double one = seconds / static_cast<double>(repeats_);
      fastest_ = one < fastest_ ? one : fastest_;
      done_ = all.end - begin_ >= budget_;
    }
    if (seconds < kSliceSeconds / 2) {
      // Too short to be trusted, and so is what came before, which was interrupted.
      repeats_ *= 2;
      fastest_ = std::numeric_limits<double>::infinity();
    }
  }

  double budget_;
  double begin_ = 0;
  double fastest_ = std::numeric_limits<double>::infinity();
  int64_t repeats_ = 1;
  bool warm_ = false;
  bool done_ = false;
  Span spans_[kMostThreads];
};

}  // namespace yolo4j::roofs
